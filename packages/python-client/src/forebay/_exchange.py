"""What is said between client and server, without the saying: for the blocking client and the one in asyncio."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any, Protocol

from ._request import Selection
from .errors import CorruptData
from .layout import Layout, read_layout
from .online_features import OnlineFeatures

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


class MakeRequest(Protocol):
    """Makes the request, with or without asking for the layout."""

    def __call__(self, *, include_layout: bool) -> Any: ...


def read_features(layouts: Layouts, selection: Selection, make: MakeRequest) -> Generator[Any, Any, OnlineFeatures]:
    """Yields requests, is sent their answers, and returns the features."""
    response = yield make(include_layout=not layouts.knows(selection))
    layout = layouts.learn(selection, response)
    if layout is None:
        # another version was applied since the layout was learnt
        response = yield make(include_layout=True)
        layout = layouts.learn(selection, response)
    if layout is None:
        raise CorruptData("the server gave no layout, though it was asked for")
    return OnlineFeatures(response, layout)


class Deadline:
    """The end of a call's time, which all its requests share."""

    def __init__(self, timeout: float) -> None:
        self._at = time.monotonic() + timeout

    def left(self) -> float:
        """Seconds; 0 if it has passed."""
        return max(0.0, self._at - time.monotonic())
