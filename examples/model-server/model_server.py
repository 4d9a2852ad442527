"""Scores flights for delay over HTTP, with features from Forebay.

python model_server.py --address HOST:PORT --model flight.model [--port 8080]

POST /score    {"flights": [{"origin": "ORD", "destination": "ATL", "scheduled": 1793210400000, "distance": 606}]}
GET  /health
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import forebay

from flight_model import MODEL, PROJECT, SERVICE, FlightModel

FIELDS = ("origin", "destination", "scheduled", "distance")
#: A model server has a budget of its own; what takes longer than this is of no use to it.
TIMEOUT_S = 1.0
MAX_BODY_BYTES = 1 << 20


#: Predictions are logged beside the requests, which do not wait for it.
LOGGER = ThreadPoolExecutor(1)


def log(client: forebay.Client, model: FlightModel, request_id: str, probabilities: list[float]) -> None:
    """For `_forebay_served_predictions`, where outcomes meet them. What cannot be logged is lost: scores come first."""
    entries = [
        forebay.Prediction(request_id, row=row, prediction=late, model=MODEL, model_version=model.version)
        for row, late in enumerate(probabilities)
    ]
    with contextlib.suppress(forebay.ForebayError):
        client.log_predictions(entries, service=SERVICE)


def score(client: forebay.Client, model: FlightModel, flights: list[dict[str, Any]]) -> dict[str, Any]:
    """One call of the feature server and one of the model, for all flights."""
    columns = {field: [flight[field] for flight in flights] for field in FIELDS}
    request_id = str(uuid.uuid4())
    started = time.perf_counter()
    answer = client.get_online_features(
        service=SERVICE,
        keys={
            "airport": columns["origin"],
            "origin": columns["origin"],
            "destination": columns["destination"],
        },
        request={"scheduled": columns["scheduled"], "distance": columns["distance"]},
        request_id=request_id,
    )
    read = time.perf_counter()
    probabilities = model.probabilities(answer.to_matrix(model.features))
    LOGGER.submit(log, client, model, request_id, probabilities.tolist())
    degraded = (answer.statuses == forebay.FeatureStatus.DEGRADED).any(axis=1)
    return {
        "request_id": request_id,
        "as_of": answer.as_of.isoformat(),
        "scores": [
            {"late": round(float(late), 4), "degraded": bool(flag)} for late, flag in zip(probabilities, degraded)
        ],
        "features_ms": round(1_000 * (read - started), 2),
        "model_ms": round(1_000 * (time.perf_counter() - read), 2),
    }


class Handler(BaseHTTPRequestHandler):
    """`client` and `model` are those of the server."""

    protocol_version = "HTTP/1.1"
    client: forebay.Client
    model: FlightModel

    def do_GET(self) -> None:
        """Whether it is there."""
        self._answer(200 if self.path == "/health" else 404, {})

    def do_POST(self) -> None:
        """Scores; what Forebay refuses is the caller's mistake or a matter of time."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_BODY_BYTES))
        if self.path != "/score":
            return self._answer(404, {"error": "POST /score"})
        try:
            return self._answer(200, score(self.client, self.model, json.loads(body)["flights"]))
        except (forebay.InvalidRequest, KeyError, TypeError, ValueError) as error:
            return self._answer(400, {"error": f"{type(error).__name__}: {error}"})
        except forebay.ForebayError as error:
            return self._answer(503 if error.retryable else 500, {"error": str(error), "reason": error.reason})

    def log_message(self, *_: object) -> None:
        """No line for each request."""

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serves until SIGTERM or SIGINT; the first line of its output tells the port."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()

    with forebay.Client(arguments.address, project=PROJECT, timeout=TIMEOUT_S) as client:
        client.wait_for_ready(10)
        model = FlightModel.load(arguments.model)
        # the first of everything is slow: before anybody waits for it
        score(
            client, model, [{"origin": "", "destination": "", "scheduled": round(1_000 * time.time()), "distance": 1}]
        )
        Handler.client, Handler.model = client, model
        server = ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        print(json.dumps({"port": server.server_port}), flush=True)
        server.serve_forever()
        server.server_close()
        LOGGER.shutdown()


if __name__ == "__main__":
    main()
