"""How long reads take from Python, and whether served values are those of a training set.

python measure.py latency --address HOST:PORT --flights flights.json
python measure.py compare --address HOST:PORT --flights flights.json --forebay "node packages/cli/bin/forebay.js"
"""

from __future__ import annotations

import argparse
import json
import shlex
import time
from pathlib import Path
from typing import Any

import forebay
import numpy as np
import pandas as pd

from flight_model import PROJECT, SERVICE

SINGLE_READS = 500
BATCH_READS = 100
BATCH_ROWS = 100
#: Doubles are sums of the same numbers in another order.
TOLERANCE = 1e-9


def arguments_for(flights: list[dict[str, Any]]) -> dict[str, Any]:
    """What a call asks for these flights."""
    columns = {field: [flight[field] for flight in flights] for field in flights[0]}
    return {
        "service": SERVICE,
        "keys": {
            "airport": columns["origin"],
            "origin": columns["origin"],
            "destination": columns["destination"],
        },
        "request": {"scheduled": columns["scheduled"], "distance": columns["distance"]},
    }


def latency(address: str, flights: list[dict[str, Any]]) -> dict[str, Any]:
    """Milliseconds of one call after the other, from the call to the matrix."""
    with forebay.Client(address, project=PROJECT) as client:

        def times(reads: int, rows: int) -> dict[str, float]:
            requests = [arguments_for((flights[i % 50 :] + flights)[:rows]) for i in range(reads)]
            taken = []
            for request in requests:
                started = time.perf_counter()
                client.get_online_features(**request).to_matrix()
                taken.append(1_000 * (time.perf_counter() - started))
            return {"reads": reads, "rows": rows, "p50": np.percentile(taken, 50), "p99": np.percentile(taken, 99)}

        times(50, 1)  # connections and caches
        return {"one": times(SINGLE_READS, 1), "many": times(BATCH_READS, BATCH_ROWS)}


def compare(address: str, flights: list[dict[str, Any]], command: list[str]) -> dict[str, Any]:
    """Serves the flights, makes a training set of the same rows at the same instant, and compares every value.

    Null equals null.
    """
    with forebay.Client(address, project=PROJECT) as client:
        answer = client.get_online_features(**arguments_for(flights))
    rows = pd.DataFrame(flights).assign(airport=lambda frame: frame["origin"], timestamp=answer.as_of)
    rows["scheduled"] = pd.to_datetime(rows["scheduled"], unit="ms", utc=True)
    served = answer.to_pandas()
    trained = forebay.training_set(rows, service=SERVICE, command=command)[list(served.columns)]
    left = served.to_numpy(dtype="float64", na_value=np.nan)
    right = trained.to_numpy(dtype="float64", na_value=np.nan)
    equal = (left == right) | (np.isnan(left) & np.isnan(right))
    difference = np.abs(left - right) / np.maximum(1.0, np.abs(right))
    differ = ~equal & ~(difference <= TOLERANCE)
    examples = [
        f"{served.columns[column]}, row {row}: served {left[row, column]}, training set {right[row, column]}"
        for row, column in np.argwhere(differ)[:5]
    ]
    return {
        "rows": left.shape[0],
        "features": left.shape[1],
        "values": left.size,
        "equal_bits": int(equal.sum()),
        "differ": int(differ.sum()),
        "largest_difference": float(np.nanmax(np.where(equal, 0, difference))),
        "examples": examples,
    }


def main() -> None:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["latency", "compare"])
    parser.add_argument("--address")
    parser.add_argument("--flights", type=Path)
    parser.add_argument("--forebay", type=shlex.split)
    given = parser.parse_args()
    flights = json.loads(given.flights.read_text())
    if given.what == "latency":
        report = latency(given.address, flights)
    else:
        report = compare(given.address, flights, given.forebay)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
