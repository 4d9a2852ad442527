"""Events for the topic of a source, from producers without Kafka."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from ._columns_in import instant_ms
from ._contract import PUSH_EVENTS
from .errors import InvalidRequest

#: An event's fields, as they would lie in the source's topic.
Event = Mapping[str, object]

#: Integers that a JSON number holds for everybody; larger ones travel as text.
_SAFE = 2**53 - 1


class EventPosition(NamedTuple):
    """Where an event lies in the topic."""

    partition: int
    offset: int


class PushedEvents(NamedTuple):
    """What became of events that were pushed."""

    accepted: int
    #: Whether all of them are in the values that are served; None: it was not waited for.
    applied: bool | None
    #: Why they are not in the values (yet); empty if they are, or it was not waited for.
    not_applied_reason: str
    #: By event.
    positions: tuple[EventPosition, ...]
    #: The source tells copies of an event by its id: the same events may be pushed again, and count once.
    copies_count_once: bool


def push_request(project: str, source: str, events: Iterable[Event], wait: float) -> Any:
    """A ``forebay.v1.PushEventsRequest``; ``wait`` is in seconds. Raises InvalidRequest for what no JSON says."""
    if not 0 <= wait < float("inf"):
        raise InvalidRequest(f"wait is {wait}: give seconds from 0 on")
    message = PUSH_EVENTS.request(project=project, source=source, wait_ms=round(wait * 1_000))
    for i, event in enumerate(events):
        if not isinstance(event, Mapping):
            raise InvalidRequest(f"events[{i}] is not a mapping")
        try:
            message.events.append(json.dumps(_plain(event), ensure_ascii=False, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise InvalidRequest(f"events[{i}]: {error}") from error
    return message


def read_pushed(response: Any, wait: float) -> PushedEvents:
    """From a ``forebay.v1.PushEventsResponse``."""
    positions = tuple(EventPosition(*position) for position in zip(response.partitions, response.offsets))
    applied = response.applied if wait > 0 else None
    return PushedEvents(response.accepted, applied, response.not_applied_reason, positions, response.copies_count_once)


def _plain(value: object) -> object:
    """What json writes: numpy's scalars as Python's, times as milliseconds, large integers as text."""
    if isinstance(value, np.generic):
        value = value.item() if not isinstance(value, np.datetime64) else value.astype("datetime64[ms]").item()
    if isinstance(value, datetime):
        return instant_ms(value)
    if isinstance(value, Mapping):
        return {_name(name): _plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(member) for member in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE:
        return str(value)
    return value


def _name(name: object) -> str:
    if isinstance(name, str):
        return name
    raise TypeError(f"a field is named {name!r}: give a str")
