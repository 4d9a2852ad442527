"""The answer to a request for features."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._columns_out import Array, block_array, float_numbers, from_bytes, python_values, typed_array
from ._pandas import data_frame
from .errors import InvalidRequest
from .layout import Layout

if TYPE_CHECKING:
    import pandas as pd


class FeatureStatus(IntEnum):
    """What is known about a value; ``OnlineFeatures.statuses`` has these numbers."""

    PRESENT = 1
    #: The value is null.
    NULL_VALUE = 2
    #: Nothing is known of the entity; the value is that of an empty window.
    NOT_FOUND = 3
    #: The latest row of a table is too old.
    OUTSIDE_MAX_AGE = 4
    #: The best value there is, which may be wrong; ``OnlineFeatures.degraded`` says why.
    DEGRADED = 5


class Degradation(NamedTuple):
    """Why values of a view are DEGRADED in a row."""

    row: int
    view: str
    reason: str


class ViewTimes(NamedTuple):
    """How old the values of a view are; times are milliseconds since the epoch."""

    view: str
    version: int
    #: ``as_of`` − the instant up to which everything that had arrived is in the values; None: not known.
    freshness_ms: int | None
    #: The cut of the last finished batch run, of a view on a schedule its tick; None: none has finished.
    cut_ms: int | None
    #: Of a view on a schedule, the tick that its values speak of.
    tick_ms: int | None
    #: The newest event, or the newest row of a table, in the answer's rows; None: there is none.
    newest_event_ms: int | None


class OnlineFeatures:
    """Values and statuses of all rows, in the order of the request. Its arrays may share its memory: copy to write."""

    def __init__(self, response: Any, layout: Layout) -> None:
        self._response = response
        #: Names, types and places of the columns.
        self.layout = layout
        #: The instant that the values speak of, in milliseconds since the epoch.
        self.as_of_ms: int = response.as_of_ms
        self._typed = {column.column: column for column in response.typed}
        self._arrays: dict[int, Array] = {}

    def __len__(self) -> int:
        """Rows."""
        return int(self._response.row_count)

    def __repr__(self) -> str:
        columns = len(self.layout.columns)
        return f"<OnlineFeatures: {len(self)} rows of {columns} features as of {self.as_of.isoformat()}>"

    @property
    def as_of(self) -> datetime:
        """The instant that the values speak of, in UTC."""
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=self.as_of_ms)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' keys in the order of the layout: the features' names, or longer where two have one name."""
        return self.layout.keys

    @cached_property
    def block(self) -> npt.NDArray[np.float64]:
        """All columns of numbers, booleans and timestamps, rows × ``block_columns``: the answer's own bytes.

        NaN is null, booleans are 0 and 1, timestamps are milliseconds since the epoch.
        """
        shape = (len(self), len(self.layout.block_columns))
        return from_bytes("the block of numbers", self._response.float64_block, "<f8", shape)

    @property
    def block_columns(self) -> tuple[str, ...]:
        """The keys of the columns of ``block``."""
        return tuple(self.columns[i] for i in self.layout.block_columns)

    @cached_property
    def statuses(self) -> npt.NDArray[np.uint8]:
        """Numbers of FeatureStatus, rows × columns."""
        shape = (len(self), len(self.columns))
        if self.all_present:
            return np.full(shape, FeatureStatus.PRESENT, dtype="uint8")
        return from_bytes("the statuses", self._response.statuses, "u1", shape)

    @property
    def all_present(self) -> bool:
        """Whether every value is PRESENT."""
        return not self._response.statuses

    @cached_property
    def degraded(self) -> tuple[Degradation, ...]:
        """Why values are DEGRADED, once for each row and view; the first 64."""
        return tuple(Degradation(item.row, item.view, item.reason) for item in self._response.degraded)

    @cached_property
    def views(self) -> tuple[ViewTimes, ...]:
        """The times of each view that was read, if the request asked for them (``include_view_times``)."""
        return tuple(
            ViewTimes(
                times.view,
                times.view_version,
                times.freshness_ms if times.freshness_ms >= 0 else None,
                times.cut_ms if times.has_cut else None,
                times.tick_ms if times.has_tick else None,
                times.newest_event_ms if times.has_newest_event else None,
            )
            for times in self._response.views
        )

    @property
    def request_id(self) -> str:
        """Names the answer in the log of served vectors; empty: nothing of it is logged, and the request gave none."""
        return str(self._response.request_id)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """Of a service with variants, that of each row; else empty."""
        names, rows = self._response.variants, self._response.row_variants
        if not names:
            return ()
        return tuple(names[i] for i in rows) if rows else (names[0],) * len(self)

    def __getitem__(self, key: str) -> Array:
        """A column as an array of its rows; see ``to_numpy``. Raises KeyError."""
        return self._array(self.layout.index[key])

    def _array(self, i: int) -> Array:
        if i not in self._arrays:
            column = self.layout.columns[i]
            self._arrays[i] = (
                block_array(column, self.block[:, self.layout.block_places[i]])
                if column.in_float64_block
                else typed_array(column, self._typed.get(i), len(self))
            )
        return self._arrays[i]

    def to_numpy(self) -> dict[str, Array]:
        """Each column as an array of its rows, in the order of the layout.

        ========================  ==============================================================================
        double, int32, int64      float64, a view of the answer's bytes, NaN where null
        int64 that may pass 2^53  int64; of objects, with None, where there are nulls
        bool                      bool; of objects, with None, where there are nulls
        timestamp                 datetime64[ms] in UTC, NaT where null
        string                    objects: str, or None
        list                      objects: an array (float64, int64, bool, datetime64[ms], or of str), or None
        map                       objects: a dict whose keys ascend, or None
        vector                    float32, rows × length, a view of the answer's bytes; NaN where null
        ========================  ==============================================================================
        """
        return {key: self._array(i) for i, key in enumerate(self.columns)}

    def to_matrix(self, columns: Sequence[str] | None = None) -> npt.NDArray[np.float64]:
        """Numbers, rows × columns, for a model: NaN where null, booleans 0 and 1, timestamps milliseconds.

        Without ``columns`` all of the layout. It is a view of the answer's bytes if these are the columns of
        ``block``. Raises InvalidRequest for columns that are no numbers, or not there.
        """
        keys = self.columns if columns is None else tuple(columns)
        unknown = [key for key in keys if key not in self.layout.index]
        if unknown:
            raise InvalidRequest(f"the answer has no column {_quoted(unknown)}: it has {_quoted(self.columns)}")
        if keys == self.block_columns:
            return self.block
        numbers = {key: self._numbers(self.layout.index[key]) for key in keys}
        others = [key for key, values in numbers.items() if values is None]
        if others:
            advice = "name the columns of numbers (block_columns), and take the others by name"
            raise InvalidRequest(f"{_quoted(others)} cannot be a column of a matrix of numbers: {advice}")
        matrix = np.empty((len(self), len(keys)), dtype="float64")
        for place, key in enumerate(keys):
            matrix[:, place] = numbers[key]
        return matrix

    def _numbers(self, i: int) -> npt.NDArray[np.float64] | None:
        if self.layout.columns[i].in_float64_block:
            return self.block[:, self.layout.block_places[i]]
        return float_numbers(self._array(i))

    def to_dict(self) -> dict[str, list[Any]]:
        """Each column as a list of int, float, bool, str, datetime in UTC, list or dict; None where null."""
        return {key: python_values(self.layout.columns[i], self._array(i)) for i, key in enumerate(self.columns)}

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with the types that ``pandas.read_parquet`` gives to a training set of the same features.

        Integers are int64, with nulls float64 (Int64 if they may pass 2^53); timestamps are datetime64[ms, UTC];
        lists and vectors are arrays, maps dicts. Raises FailedPrecondition without pandas.
        """
        return data_frame(self.layout, self._array)


def _quoted(keys: Sequence[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)
