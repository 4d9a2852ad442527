"""Answers as data frames; pandas is imported at the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ._columns_out import Array
from .errors import FailedPrecondition
from .layout import FeatureColumn, Layout

if TYPE_CHECKING:
    import pandas as pd


def data_frame(layout: Layout, array_of: Callable[[int], Array]) -> pd.DataFrame:
    """Raises FailedPrecondition without pandas."""
    try:
        import pandas as pd
    except ImportError as error:
        advice = "pip install 'forebay[pandas]', or use to_numpy() or to_dict()"
        raise FailedPrecondition(f"to_pandas() needs pandas, which is not installed: {advice}") from error
    columns = layout.columns
    return pd.DataFrame({column.key: _series(pd, column, array_of(i)) for i, column in enumerate(columns)})


def _series(pd: Any, column: FeatureColumn, array: Array) -> Any:
    if column.type in ("int32", "int64"):
        if not column.in_float64_block:
            return pd.array(array, dtype="Int64") if array.dtype == object else array
        return array if np.isnan(array).any() else array.astype("int64")
    if column.type == "timestamp":
        return pd.Series(array).dt.tz_localize("UTC")
    if column.type == "string":
        return pd.Series(array.tolist())
    if array.ndim > 1:
        return pd.Series(list(array))
    return array
