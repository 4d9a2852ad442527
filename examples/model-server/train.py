"""Trains the model on the earlier part of a training set, and says how it does on the later part.

python train.py --address HOST:PORT --training-set train.parquet --model flight.model
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import forebay
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from flight_model import PROJECT, SERVICE, FlightModel

#: The last part of the time is held out: a model is asked about flights after those that it has seen.
HELD_OUT = 0.25


def main() -> None:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument("--training-set", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    arguments = parser.parse_args()

    # the served features and their order are the feature service's; the training set has them as columns
    with forebay.Client(arguments.address, project=PROJECT) as client:
        features = client.feature_service_info(SERVICE).layout.keys
    rows = pd.read_parquet(arguments.training_set).sort_values("timestamp", kind="stable")
    matrix = rows[list(features)].to_numpy(dtype="float64", na_value=np.nan)
    late = rows["late"].to_numpy(dtype=bool)
    split = int(len(rows) * (1 - HELD_OUT))

    started = time.perf_counter()
    classifier = HistGradientBoostingClassifier(max_iter=100, learning_rate=0.1, l2_regularization=1.0, random_state=7)
    classifier.fit(matrix[:split], late[:split])
    model = FlightModel(features, classifier, version=f"{rows['timestamp'].iloc[split]:%Y-%m-%d}")
    model.save(arguments.model)
    seconds = time.perf_counter() - started

    scores, truth = model.probabilities(matrix[split:]), late[split:]
    likeliest = np.argsort(scores)[-len(scores) // 10 :]
    report = {
        "rows": split,
        "held_out_rows": len(truth),
        "features": len(features),
        "seconds": seconds,
        "auc": roc_auc_score(truth, scores),
        "accuracy": float(np.mean((scores > 0.5) == truth)),
        "accuracy_of_always_on_time": float(1 - truth.mean()),
        "late_share": float(truth.mean()),
        "late_share_of_likeliest_tenth": float(truth[likeliest].mean()),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
