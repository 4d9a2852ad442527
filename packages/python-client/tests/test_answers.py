"""Answers as numpy arrays, dicts and data frames."""

import struct
import sys
from datetime import datetime, timezone

import forebay
import numpy as np
import pandas as pd
import pytest
from forebay.layout import read_layout

from fake_server import DEGRADED, NULL_VALUE, PRESENT, answer

NAN = float("nan")
T_MS = 1_777_897_800_123
T = datetime(2026, 5, 4, 12, 30, 0, 123_000, tzinfo=timezone.utc)
BIG = 2**63 - 1


def block(*values):
    return struct.pack(f"<{len(values)}d", *values)


def read(message):
    return forebay.OnlineFeatures(message, read_layout(message.layout))


@pytest.fixture
def everything():
    """Two rows of every type; the second is null wherever it can be."""
    columns = [
        ("double", 4, True),
        ("big", 3, False),
        ("int64", 3, True),
        ("int32", 2, True),
        ("bool", 1, True),
        ("timestamp", 6, True),
        ("string", 5, False),
        ("doubles", 14, False),
        ("integers", 13, False),
        ("booleans", 11, False),
        ("strings", 15, False),
        ("timestamps", 16, False),
        ("by_text", 21, False),
        ("mean_by_number", 24, False),
        ("vector", 31, False, 2),
    ]
    message = answer(
        columns,
        rows=2,
        as_of_ms=T_MS,
        float64_block=block(1.5, 5, 3, 1, T_MS, NAN, NAN, NAN, NAN, NAN),
        statuses=bytes([PRESENT] * 15 + [NULL_VALUE] * 15),
    )

    def typed(column, **fields):
        return message.typed.add(column=column, null_rows=[1], **fields)

    typed(1, integers=[BIG, 0])
    typed(6, strings=["Zürich", ""])
    for column, fields in [
        (7, {"doubles": [0.5, NAN]}),
        (8, {"integers": [BIG, -1]}),
        (9, {"integers": [1, 0]}),
        (10, {"strings": ["a", "b"]}),
        (11, {"integers": [T_MS]}),
    ]:
        lists = typed(column).lists
        lists.add(**fields)
        lists.add()
    maps = typed(12).maps
    maps.add(string_keys=["a", "b"], integers=[BIG, 2])
    maps.add()
    maps = typed(13).maps
    maps.add(integer_keys=[-BIG], doubles=[0.5])
    maps.add()
    typed(14, vectors=struct.pack("<4f", 0.25, -1, 0, 0), vector_length=2)
    return message


def test_every_type_has_an_array(everything):
    arrays = read(everything).to_numpy()
    assert list(arrays)[:3] == ["double", "big", "int64"]
    assert {key: str(array.dtype) for key, array in arrays.items()} == {
        "double": "float64",
        "big": "object",
        "int64": "float64",
        "int32": "float64",
        "bool": "object",
        "timestamp": "datetime64[ms]",
        "string": "object",
        "doubles": "object",
        "integers": "object",
        "booleans": "object",
        "strings": "object",
        "timestamps": "object",
        "by_text": "object",
        "mean_by_number": "object",
        "vector": "float32",
    }
    assert arrays["big"].tolist() == [BIG, None]
    assert arrays["bool"].tolist() == [True, None]
    assert np.isnat(arrays["timestamp"]).tolist() == [False, True]
    assert arrays["integers"][0].dtype == "int64"
    assert arrays["integers"][0].tolist() == [BIG, -1]
    assert arrays["booleans"][0].tolist() == [True, False]
    assert arrays["timestamps"][0].dtype == "datetime64[ms]"
    assert arrays["by_text"].tolist() == [{"a": BIG, "b": 2}, None]
    assert arrays["vector"][0].tolist() == [0.25, -1.0]
    assert np.isnan(arrays["vector"][1]).all()


def test_a_dict_has_pythons_own_values(everything):
    assert str(read(everything).to_dict()) == str(
        {
            "double": [1.5, None],
            "big": [BIG, None],
            "int64": [5, None],
            "int32": [3, None],
            "bool": [True, None],
            "timestamp": [T, None],
            "string": ["Zürich", None],
            "doubles": [[0.5, NAN], None],
            "integers": [[BIG, -1], None],
            "booleans": [[True, False], None],
            "strings": [["a", "b"], None],
            "timestamps": [[T], None],
            "by_text": [{"a": BIG, "b": 2}, None],
            "mean_by_number": [{-BIG: 0.5}, None],
            "vector": [[0.25, -1.0], None],
        }
    )


def test_a_data_frame_has_the_types_of_a_training_set(everything):
    frame = read(everything).to_pandas()
    types = {key: str(frame[key].dtype) for key in frame.columns}
    assert types["double"] == types["int64"] == types["int32"] == "float64"
    assert types["big"] == "Int64"
    assert types["timestamp"] == "datetime64[ms, UTC]"
    assert frame["big"].tolist() == [BIG, pd.NA]
    assert frame["bool"].tolist() == [True, None]
    assert frame["timestamp"][0] == T
    assert frame["string"][0] == "Zürich"
    assert frame["vector"][0].tolist() == [0.25, -1.0]


def test_without_nulls_integers_and_booleans_are_themselves():
    columns = [("int64", 3, True), ("bool", 1, True), ("big", 3, False)]
    message = answer(columns, rows=2, float64_block=block(5, 1, 6, 0))
    message.typed.add(column=2, integers=[BIG, -BIG])
    features = read(message)
    assert features["bool"].tolist() == [True, False]
    assert features["bool"].dtype == bool
    assert features["big"].dtype == "int64"
    assert features["big"].tolist() == [BIG, -BIG]
    assert [str(dtype) for dtype in features.to_pandas().dtypes] == ["int64", "bool", "int64"]


def test_numbers_are_a_view_of_the_message():
    columns = [("a", 4, True), ("s", 5, False), ("b", 3, True)]
    message = answer(columns, rows=2, float64_block=block(1, 2, 3, NAN))
    message.typed.add(column=1, strings=["x", "y"])
    features = read(message)
    assert features.block_columns == ("a", "b")
    assert not features.block.flags.owndata
    assert not features.block.flags.writeable
    assert np.shares_memory(features["b"], features.block)
    assert features.to_matrix(["a", "b"]) is features.block
    assert str(features.to_matrix(["b", "a"]).tolist()) == "[[2.0, 1.0], [nan, 3.0]]"
    with pytest.raises(forebay.InvalidRequest, match='"s" cannot be a column of a matrix of numbers'):
        features.to_matrix()
    with pytest.raises(forebay.InvalidRequest, match='the answer has no column "c": it has "a", "s", "b"'):
        features.to_matrix(["c"])
    with pytest.raises(KeyError):
        features["c"]


def test_a_matrix_takes_large_integers_and_nulls():
    message = answer([("big", 3, False), ("a", 4, True)], rows=2, float64_block=block(1, 2))
    message.typed.add(column=0, integers=[2**53, 0], null_rows=[1])
    assert str(read(message).to_matrix().tolist()) == "[[9007199254740992.0, 1.0], [nan, 2.0]]"


def test_statuses_are_a_matrix_also_when_all_are_present():
    columns = [("a", 4, True), ("b", 4, True)]
    features = read(answer(columns, rows=2, float64_block=block(1, 2, 3, 4)))
    assert features.all_present
    assert (features.statuses == forebay.FeatureStatus.PRESENT).all()
    assert features.statuses.shape == (2, 2)
    some = answer(columns, rows=1, float64_block=block(1, NAN), statuses=bytes([DEGRADED, NULL_VALUE]))
    some.degraded.add(row=0, view="v", reason="stale: 3 s")
    features = read(some)
    assert not features.all_present
    assert [forebay.FeatureStatus(status).name for status in features.statuses[0]] == ["DEGRADED", "NULL_VALUE"]
    assert features.statuses.dtype == "uint8"
    assert features.degraded == ((0, "v", "stale: 3 s"),)


def test_times_of_views_are_none_where_they_are_not_known():
    message = answer(as_of_ms=T_MS)
    message.views.add(view="v", view_version=2, freshness_ms=-1)
    message.views.add(
        view="w",
        view_version=1,
        cut_ms=1,
        has_cut=True,
        tick_ms=2,
        has_tick=True,
        newest_event_ms=3,
        has_newest_event=True,
    )
    features = read(message)
    assert features.views == (("v", 2, None, None, None, None), ("w", 1, 0, 1, 2, 3))
    assert (features.as_of_ms, features.as_of) == (T_MS, T)
    assert repr(features) == "<OnlineFeatures: 0 rows of 0 features as of 2026-05-04T12:30:00.123000+00:00>"


def test_variants_are_told_by_row():
    columns = [("a", 4, True)]
    some = answer(columns, rows=3, float64_block=block(1, 2, 3), variants=["x", "y"], row_variants=bytes([1, 0, 1]))
    assert read(some).variants == ("y", "x", "y")
    one = answer(columns, rows=2, float64_block=block(1, 2), variants=["x"], request_id="r-1")
    assert read(one).variants == ("x", "x")
    assert read(one).request_id == "r-1"
    none = read(answer(columns, rows=1, float64_block=block(1)))
    assert (none.variants, none.request_id) == ((), "")


def test_features_of_one_name_are_told_apart_by_view_and_version():
    message = answer()
    for name, view, version in [("a", "v", 1), ("a", "w", 1), ("b", "v", 1), ("b", "v", 2), ("c", "v", 1)]:
        message.layout.columns.add(name=name, view=view, view_version=version, type=4, in_float64_block=True)
    assert read(message).columns == ("v.a", "w.a", "v@1.b", "v@2.b", "c")


def test_a_column_that_is_left_out_is_null():
    columns = [("big", 3, False), ("s", 5, False), ("t", 6, False), ("l", 14, False), ("v", 31, False, 2)]
    assert read(answer(columns, rows=1)).to_dict() == {
        "big": [None],
        "s": [None],
        "t": [None],
        "l": [None],
        "v": [None],
    }


def test_no_rows_are_empty_arrays():
    features = read(answer([("a", 4, True), ("s", 5, False), ("v", 31, False, 3)], rows=0))
    assert len(features) == 0
    assert features.to_dict() == {"a": [], "s": [], "v": []}
    assert len(features.to_pandas()) == 0


def test_an_instant_beyond_datetime_is_numpys():
    message = answer([("t", 6, True)], rows=1, float64_block=block(1e15))
    assert read(message).to_dict()["t"] == [np.datetime64(10**15, "ms")]


def test_an_answer_that_is_cut_off_is_corrupt():
    with pytest.raises(forebay.CorruptData, match="the block of numbers: 8 bytes, and 1 × 2 values take 16"):
        read(answer([("a", 4, True), ("b", 4, True)], rows=1, float64_block=block(1))).to_dict()
    short = answer([("s", 5, False)], rows=2)
    short.typed.add(column=0, strings=["x"])
    with pytest.raises(forebay.CorruptData, match='feature "s": 1 values in an answer of 2 rows'):
        read(short).to_dict()
    beyond = answer([("s", 5, False)], rows=1)
    beyond.typed.add(column=0, strings=["x"], null_rows=[3])
    with pytest.raises(forebay.CorruptData, match='feature "s": a null in row 3 of an answer of 1 rows'):
        read(beyond).to_dict()
    uneven = answer([("m", 21, False)], rows=1)
    uneven.typed.add(column=0).maps.add(string_keys=["a"])
    with pytest.raises(forebay.CorruptData, match='feature "m": a map of 1 keys and 0 values'):
        read(uneven).to_dict()


def test_a_type_of_the_future_spoils_only_its_own_column():
    features = read(answer([("a", 4, True), ("x", 99, False)], rows=1, float64_block=block(1)))
    assert features["a"].tolist() == [1.0]
    with pytest.raises(forebay.FailedPrecondition, match='feature "x" has a type that this client does not know'):
        features["x"]


def test_without_pandas_a_data_frame_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(forebay.FailedPrecondition, match=r"pip install 'forebay\[pandas\]'"):
        read(answer()).to_pandas()
