"""What is said between client and server, without the saying: for the blocking client and the one in asyncio."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable
from typing import Any, TypeVar

from ._contract import EXPLAIN_FEATURE, GET_FEATURE_SERVICE_INFO, GET_ONLINE_FEATURES, LOG_PREDICTION, Method
from ._explanation import explain_request, plain
from ._request import Asked, Selection, features_request, project_of
from .errors import CorruptData
from .feature_service_info import FeatureServiceInfo, read_feature_service_info
from .layout import Layout, read_layout
from .online_features import OnlineFeatures
from .predictions import LoggedPredictions, Prediction, predictions_request

#: Layouts that are remembered; beyond it all are forgotten, and asked for again.
KEPT_LAYOUTS = 1_000


class Layouts:
    """The layouts that were learnt from answers, for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._id_of: dict[Selection, str] = {}
        self._by_id: dict[str, Layout] = {}

    def knows(self, selection: Selection) -> bool:
        """Whether an answer to it was seen."""
        return self._id_of.get(selection) in self._by_id

    def learn(self, selection: Selection, response: Any) -> Layout | None:
        """The layout of an answer; None if it is none of those that are known."""
        layout = self._by_id.get(response.layout_id)
        if layout is None and response.HasField("layout"):
            layout = read_layout(response.layout)
        if layout is not None and self._id_of.get(selection) != layout.id:
            with self._lock:
                if len(self._id_of) >= KEPT_LAYOUTS:
                    self._id_of.clear()
                    self._by_id.clear()
                self._id_of[selection] = layout.id
                self._by_id[layout.id] = layout
        return layout


T = TypeVar("T")
#: Yields what is to be called, is sent the answers, and returns what was asked for.
Exchange = Generator[tuple[Method, Any], Any, T]


def read_features(layouts: Layouts, asked: Asked) -> Exchange[OnlineFeatures]:
    """Asks for the layout only if it is not known."""
    selection = asked.selection
    include_layout = not layouts.knows(selection)
    response = yield GET_ONLINE_FEATURES, features_request(asked, include_layout=include_layout)
    layout = layouts.learn(selection, response)
    if layout is None:
        # another version was applied since the layout was learnt
        response = yield GET_ONLINE_FEATURES, features_request(asked, include_layout=True)
        layout = layouts.learn(selection, response)
    if layout is None:
        raise CorruptData("the server gave no layout, though it was asked for")
    return OnlineFeatures(response, layout)


def read_info(project: str | None, service: str) -> Exchange[FeatureServiceInfo]:
    """What a feature service is made of."""
    request = GET_FEATURE_SERVICE_INFO.request(project=project_of(project), feature_service=service)
    response = yield GET_FEATURE_SERVICE_INFO, request
    return read_feature_service_info(response)


def explain(asked: Asked, max_segments: int) -> Exchange[dict[str, Any]]:
    """Why a feature has its value."""
    response = yield EXPLAIN_FEATURE, explain_request(features_request(asked, include_layout=False), max_segments)
    return plain(response)


def log_predictions(
    project: str | None, service: str | None, predictions: Iterable[Prediction]
) -> Exchange[LoggedPredictions]:
    """Predictions and outcomes, for the log."""
    response = yield LOG_PREDICTION, predictions_request(project_of(project), service, predictions)
    return LoggedPredictions(response.accepted, response.dropped)


class Deadline:
    """The end of a call's time, which all its requests share."""

    def __init__(self, timeout: float) -> None:
        self._at = time.monotonic() + timeout

    def left(self) -> float:
        """Seconds; 0 if it has passed."""
        return max(0.0, self._at - time.monotonic())
