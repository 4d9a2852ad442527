"""Columns of an answer: as numpy arrays, as lists of Python's own values, as pandas Series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import CorruptData, FailedPrecondition
from .layout import FeatureColumn

Array = npt.NDArray[Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NUMBERS = ("double", "int32", "int64")


def block_array(column: FeatureColumn, numbers: npt.NDArray[np.float64]) -> Array:
    """Of a column of the float64 block: numbers as they came, NaN where null; bool; datetime64[ms]."""
    if column.type in _NUMBERS:
        return numbers
    null = np.isnan(numbers)
    if column.type == "timestamp":
        return _instants(np.where(null, 0, numbers).astype("int64"), null)
    if column.type == "bool":
        return _with_nones(numbers != 0, null)
    raise _unknown(column)


def typed_array(column: FeatureColumn, message: Any, rows: int) -> Array:
    """Of a column outside the block, from its ``forebay.v1.TypedColumn``; None: null in every row."""
    null = _null_rows(column, message, rows)
    if column.type.startswith("vector<"):
        return _vectors(column, message, null)
    read = _reader(column)
    values = [None] * rows if message is None else read(message)
    if len(values) != rows:
        raise CorruptData(f'feature "{column.key}": {len(values)} values in an answer of {rows} rows')
    if column.type in ("int64", "int32") and not null.any():
        return np.array(values, dtype="int64")
    if column.type == "timestamp":
        return _instants(np.array([0 if missing else ms for missing, ms in zip(null, values)], dtype="int64"), null)
    return _objects(None if missing else value for missing, value in zip(null, values))


def _null_rows(column: FeatureColumn, message: Any, rows: int) -> npt.NDArray[np.bool_]:
    if message is None:
        return np.ones(rows, dtype=bool)
    null = np.zeros(rows, dtype=bool)
    try:
        null[list(message.null_rows)] = True
    except IndexError:
        where = max(message.null_rows)
        raise CorruptData(f'feature "{column.key}": a null in row {where} of an answer of {rows} rows') from None
    return null


def _reader(column: FeatureColumn) -> Callable[[Any], Sequence[Any]]:
    if column.type in ("int64", "int32", "timestamp"):
        return lambda message: message.integers
    if column.type == "bool":
        return lambda message: [value != 0 for value in message.integers]
    if column.type == "string":
        return lambda message: message.strings
    if column.type.startswith("list<"):
        return lambda message: [_items(column, value) for value in message.lists]
    if column.type.startswith("map<"):
        return lambda message: [_entries(column, value) for value in message.maps]
    raise _unknown(column)


def _items(column: FeatureColumn, value: Any) -> Array:
    if column.type == "list<string>":
        return _objects(value.strings)
    if column.type == "list<double>":
        return np.array(value.doubles, dtype="float64")
    integers = np.array(value.integers, dtype="int64")
    if column.type == "list<timestamp>":
        return integers.astype("datetime64[ms]")
    return np.not_equal(integers, 0) if column.type == "list<bool>" else integers


def _entries(column: FeatureColumn, value: Any) -> dict[Any, Any]:
    keys = value.string_keys if column.type.startswith("map<string") else value.integer_keys
    values = value.doubles if column.type.endswith("double>") else value.integers
    if len(keys) != len(values):
        raise CorruptData(f'feature "{column.key}": a map of {len(keys)} keys and {len(values)} values')
    return dict(zip(keys, values))


def _vectors(column: FeatureColumn, message: Any, null: npt.NDArray[np.bool_]) -> Array:
    shape = (len(null), column.vector_length)
    if message is None:
        return np.full(shape, np.nan, dtype="float32")
    vectors: Array = from_bytes(f'feature "{column.key}"', message.vectors, "<f4", shape)
    if not null.any():
        return vectors
    vectors = vectors.copy()
    vectors[null] = np.nan
    return vectors


def from_bytes(what: str, data: bytes, dtype: str, shape: tuple[int, int]) -> Array:
    """The bytes as a matrix, without a copy; read-only. Raises CorruptData if there are more or fewer."""
    expected = shape[0] * shape[1] * np.dtype(dtype).itemsize
    if len(data) != expected:
        raise CorruptData(f"{what}: {len(data)} bytes, and {shape[0]} × {shape[1]} values take {expected}")
    return np.frombuffer(data, dtype=dtype).reshape(shape)


def _instants(milliseconds: npt.NDArray[np.int64], null: npt.NDArray[np.bool_]) -> Array:
    instants = milliseconds.astype("datetime64[ms]")
    instants[null] = np.datetime64("NaT")
    return instants


def _with_nones(values: Array, null: npt.NDArray[np.bool_]) -> Array:
    if not null.any():
        return values
    objects = values.astype(object)
    objects[null] = None
    return objects


def _objects(values: Any) -> Array:
    """One object an item, also where the items are arrays."""
    items = list(values)
    array = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):
        array[i] = item
    return array


def _unknown(column: FeatureColumn) -> FailedPrecondition:
    advice = "upgrade the client, or read the other columns by name"
    return FailedPrecondition(f'feature "{column.key}" has a type that this client does not know: {advice}')


def python_values(column: FeatureColumn, array: Array) -> list[Any]:
    """A column as Python's own values: int, float, bool, str, datetime in UTC, list, dict; None where null."""
    if column.in_float64_block and column.type in ("int32", "int64"):
        return [None if value != value else int(value) for value in array.tolist()]
    if column.type == "double":
        return [None if value != value else value for value in array.tolist()]
    if column.type == "timestamp":
        milliseconds = array.astype("int64").tolist()
        return [None if missing else _datetime(ms) for missing, ms in zip(np.isnat(array), milliseconds)]
    if column.type.startswith("vector<"):
        return [None if len(row) and np.isnan(row).all() else row.tolist() for row in array]
    if column.type == "list<timestamp>":
        return [None if value is None else [_datetime(ms) for ms in value.astype("int64").tolist()] for value in array]
    return [value.tolist() if isinstance(value, np.ndarray) else value for value in array.tolist()]


def _datetime(milliseconds: int) -> datetime | np.datetime64:
    """A numpy.datetime64 for years that datetime does not have."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return np.datetime64(milliseconds, "ms")


def float_numbers(array: Array) -> npt.NDArray[np.float64] | None:
    """A column outside the block as float64, NaN where null; None if its values are no numbers."""
    if array.ndim != 1:
        return None
    if array.dtype.kind in "iub":
        return array.astype("float64")
    if array.dtype.kind == "M":
        return np.where(np.isnat(array), np.nan, array.astype("int64").astype("float64"))
    if array.dtype == object and all(value is None or isinstance(value, (int, float)) for value in array):
        return np.array([np.nan if value is None else value for value in array], dtype="float64")
    return None
