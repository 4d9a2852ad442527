"""Values that callers give, as columns of a request."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np

from .errors import InvalidRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_INT64 = range(-(2**63), 2**63)
_SCALARS = (str, bytes, int, float, datetime, np.generic, type(None))


def is_scalar(given: object) -> bool:
    """Whether it is one value, and not one for each row."""
    return isinstance(given, _SCALARS) or (isinstance(given, np.ndarray) and given.ndim == 0) or _is_missing(given)


def values_of(what: str, given: object) -> list[Any]:
    """The values of a list, an array, a pandas Series or any other sequence, or of one scalar, as Python's own."""
    if is_scalar(given):
        given = [given]
    if isinstance(given, np.ndarray):
        if given.ndim != 1:
            raise InvalidRequest(f"{what}: an array of {given.ndim} dimensions; give one of one dimension")
        return _milliseconds(given) if given.dtype.kind == "M" else list(given.tolist())
    if isinstance(given, (Mapping, Set)) or not isinstance(given, Iterable):
        advice = "give a value, a list, a numpy array or a pandas Series"
        raise InvalidRequest(f"{what}: {type(given).__name__} {given!r} has no order of rows; {advice}")
    return [_plain(value) for value in given]


def _plain(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return _milliseconds(np.array([value]))[0]
    return value.item() if isinstance(value, (np.generic, np.ndarray)) else value


def _milliseconds(times: np.ndarray[Any, Any]) -> list[int | None]:
    """Whole milliseconds since the epoch, what is finer rounded down; None for NaT."""
    floored = times.astype("datetime64[ms]")
    floored = np.where(floored > times, floored - np.timedelta64(1, "ms"), floored)
    return [None if missing else int(ms) for ms, missing in zip(floored.astype("int64"), np.isnat(times))]


def key_column(join_key: str, values: list[Any]) -> tuple[str, list[Any]]:
    """The kind of a join key's values, and the values. Raises InvalidRequest with the first row that is none."""
    return _column(f'join key "{join_key}"', values, _key_kind)


def request_column(name: str, values: list[Any]) -> tuple[str, list[Any], list[int]]:
    """The kind of a field's values, the values with a filler where they are null, and the rows that are null."""
    what = f'request field "{name}"'
    values = [instant_ms(value) if isinstance(value, datetime) and value == value else value for value in values]
    nulls = [row for row, value in enumerate(values) if _is_missing(value)]
    if nulls:
        present = [value for value in values if not _is_missing(value)]
        kind, _ = _column(what, present, _request_kind)
        missing = set(nulls)
        values = [_FILLERS[kind] if row in missing else value for row, value in enumerate(values)]
    kind, values = _column(what, values, _request_kind)
    return kind, values, nulls


# Stands where a value is null.
_FILLERS: dict[str, Any] = {"strings": "", "integers": 0, "booleans": False, "doubles": 0.0}


def _column(what: str, values: list[Any], kind_of: Callable[[Any], str | None]) -> tuple[str, list[Any]]:
    kinds = {kind_of(kind) for kind in {type(value) for value in values}}
    if kinds == {"integers", "doubles"}:
        kinds = {"doubles"}
    if None in kinds or len(kinds) > 1:
        raise _mixed(what, values, kind_of)
    kind = kinds.pop() if kinds else "integers"
    if kind == "integers":
        for row, value in enumerate(values):
            if value not in _INT64:
                raise InvalidRequest(f"{what}, row {row}: {value} does not fit in 64 bits")
    return kind or "integers", [float(value) for value in values] if kind == "doubles" else values


def _mixed(what: str, values: list[Any], kind_of: Callable[[Any], str | None]) -> InvalidRequest:
    first = kind_of(type(values[0]))
    for row, value in enumerate(values):
        kind = kind_of(type(value))
        if kind is None:
            name = "null" if _is_missing(value) else f"{type(value).__name__} {value!r}"
            return InvalidRequest(f"{what}, row {row}: {name} is none of {_ACCEPTED[kind_of]}")
        if kind != first and {kind, first} != {"integers", "doubles"}:
            return InvalidRequest(f"{what}, row {row}: {kind} among {first}")
    return InvalidRequest(f"{what}: values of several kinds")


def _key_kind(kind: type) -> str | None:
    if issubclass(kind, bool):
        return "booleans"
    if issubclass(kind, int):
        return "integers"
    return "strings" if issubclass(kind, str) else None


def _request_kind(kind: type) -> str | None:
    return "doubles" if issubclass(kind, float) else _key_kind(kind)


_ACCEPTED: dict[Any, str] = {
    _key_kind: "string, integer and boolean",
    _request_kind: "string, number, boolean, datetime and null",
}


def instant_ms(value: datetime) -> int:
    """Whole milliseconds since the epoch, what is finer rounded down; a time without a zone is UTC."""
    return ((value if value.tzinfo else value.replace(tzinfo=timezone.utc)) - _EPOCH) // _MILLISECOND


def _is_missing(value: Any) -> bool:
    """None, NaN, and pandas' NaT and NA."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in ("NaTType", "NAType")
