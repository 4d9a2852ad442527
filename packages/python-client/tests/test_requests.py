"""What callers give, as it is sent."""

from datetime import date, datetime, timedelta, timezone

import forebay
import numpy as np
import pandas as pd
import pytest
from forebay._request import Asked, features_request, select


def request_of(keys=None, request=None):
    return features_request(Asked(select("p", "s", None), keys or {}, request), include_layout=False)


def key(given):
    (column,) = request_of({"k": given}).keys
    return list(column.strings), list(column.integers), list(column.booleans)


def field(given):
    (column,) = request_of({"k": 1}, {"f": given}).request
    values = {
        kind: list(getattr(column, kind))
        for kind in ("strings", "integers", "booleans", "doubles")
        if getattr(column, kind)
    }
    return values, list(column.nulls)


STRINGS = (["a", "é"], [], [])
INTEGERS = ([], [2**63 - 1, -7], [])
BOOLEANS = ([], [], [True, False])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a", "é"], STRINGS),
        (("a", "é"), STRINGS),
        (np.array(["a", "é"]), STRINGS),
        (np.array(["a", "é"], dtype=object), STRINGS),
        (pd.Series(["a", "é"]), STRINGS),
        (pd.Series(["a", "é"], dtype="category"), STRINGS),
        (pd.Index(["a", "é"]), STRINGS),
        ((letter for letter in "aé"), STRINGS),
        ([2**63 - 1, -7], INTEGERS),
        (np.array([2**63 - 1, -7]), INTEGERS),
        (pd.Series([2**63 - 1, -7]), INTEGERS),
        (pd.Series([2**63 - 1, -7], dtype="Int64"), INTEGERS),
        ([np.int64(2**63 - 1), np.int8(-7)], INTEGERS),
        ([True, False], BOOLEANS),
        (np.array([True, False]), BOOLEANS),
        (pd.Series([True, False]), BOOLEANS),
        ("a", (["a"], [], [])),
        (7, ([], [7], [])),
        (np.int32(7), ([], [7], [])),
        (np.array(7), ([], [7], [])),
        (np.str_("a"), (["a"], [], [])),
        (False, ([], [], [False])),
        ([], ([], [], [])),
    ],
)
def test_keys_are_strings_integers_or_booleans_of_any_sequence(given, expected):
    assert key(given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a", None], 'join key "k", row 1: null is none of string, integer and boolean'),
        ([1, 2.0], 'join key "k", row 1: float 2.0 is none of string, integer and boolean'),
        (np.array([1.0]), 'join key "k", row 0: float 1.0 is none of'),
        (pd.Series([1, None]), 'join key "k", row 0: float 1.0 is none of'),
        (pd.Series([1, None], dtype="Int64"), 'join key "k", row 1: null is none of'),
        ([1, "a"], 'join key "k", row 1: strings among integers'),
        ([1, True], 'join key "k", row 1: booleans among integers'),
        ([2**63], f'join key "k", row 0: {2**63} does not fit in 64 bits'),
        (np.array([2**63], dtype="uint64"), "does not fit in 64 bits"),
        (b"a", "bytes b'a' is none of"),
        (["\ud800"], 'join key "k": '),
        ({"a", "b"}, 'join key "k": set .* has no order of rows; give a value, a list'),
        ({"a": 1}, 'join key "k": dict .* has no order of rows'),
        (date(2026, 1, 1), 'join key "k": date .* has no order of rows'),
        (np.zeros((2, 2)), 'join key "k": an array of 2 dimensions'),
    ],
)
def test_a_key_that_is_none_is_refused_with_its_row(given, message):
    with pytest.raises(forebay.InvalidRequest, match=message):
        key(given)


def test_one_value_of_a_key_stands_for_all_rows():
    origin, destination = request_of({"origin": "ORD", "destination": ["ATL", "LAX"]}).keys
    assert list(origin.strings) == ["ORD", "ORD"]
    assert list(destination.strings) == ["ATL", "LAX"]


def test_keys_of_different_lengths_are_refused_with_both():
    with pytest.raises(forebay.InvalidRequest, match='different numbers of rows: "b" has 1 and "a" has 2'):
        request_of({"a": [1, 2], "b": [1]})


T = datetime(2026, 5, 4, 12, 30, 0, 123_999, tzinfo=timezone.utc)
T_MS = 1_777_897_800_123
BEFORE_1970 = datetime(1969, 12, 31, 23, 59, 59, 999_900, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1.5, ({"doubles": [1.5]}, [])),
        ([1, 2.5], ({"doubles": [1.0, 2.5]}, [])),
        ([1, 2], ({"integers": [1, 2]}, [])),
        ([1, None, 3], ({"integers": [1, 0, 3]}, [1])),
        (pd.Series([1, None], dtype="Int64"), ({"integers": [1, 0]}, [1])),
        (np.array([1.5, np.nan]), ({"doubles": [1.5, 0.0]}, [1])),
        (["a", None], ({"strings": ["a", ""]}, [1])),
        (None, ({"integers": [0]}, [0])),
        (pd.NA, ({"integers": [0]}, [0])),
        (pd.NaT, ({"integers": [0]}, [0])),
        (True, ({"booleans": [True]}, [])),
        (np.float32(0.5), ({"doubles": [0.5]}, [])),
        (T, ({"integers": [T_MS]}, [])),
        (T.astimezone(timezone(timedelta(hours=5))), ({"integers": [T_MS]}, [])),
        (T.replace(tzinfo=None), ({"integers": [T_MS]}, [])),
        (BEFORE_1970, ({"integers": [-1]}, [])),
        (np.datetime64("1969-12-31T23:59:59.999900"), ({"integers": [-1]}, [])),
        (np.array(["2026-05-04T12:30:00.123999", "NaT"], dtype="datetime64[ns]"), ({"integers": [T_MS, 0]}, [1])),
        (pd.Series([T, None]), ({"integers": [T_MS, 0]}, [1])),
        (pd.Series([T]).dt.tz_localize(None), ({"integers": [T_MS]}, [])),
        (pd.Timestamp(T), ({"integers": [T_MS]}, [])),
    ],
)
def test_data_of_the_request_has_nulls_and_instants(given, expected):
    assert field(given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1, "a"], 'request field "f", row 1: strings among integers'),
        ([None, 1, True], 'request field "f", row .*'),
        (b"a", "bytes b'a' is none of string, number, boolean, datetime and null"),
        ([2**70], "does not fit in 64 bits"),
    ],
)
def test_data_that_the_contract_cannot_carry_is_refused_with_its_field(given, message):
    with pytest.raises(forebay.InvalidRequest, match=message):
        field(given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("view:feature", forebay.FeatureReference("view", "feature")),
        ("view@2:feature", forebay.FeatureReference("view", "feature", 2)),
    ],
)
def test_a_feature_is_named_by_view_and_version(text, expected):
    assert forebay.FeatureReference.parse(text) == expected


@pytest.mark.parametrize("text", ["feature", "view@x:feature", "view:", ":feature", "a:b:c", "view @2:f"])
def test_a_feature_that_is_not_named_so_is_refused(text):
    with pytest.raises(forebay.InvalidRequest, match=f'feature "{text}" is not written as "view:feature"'):
        forebay.FeatureReference.parse(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, "s", None), "no project: give project="),
        (("p", None, None), "give either service= or features="),
        (("p", "s", ["v:f"]), "give either service= or features="),
        (("p", None, "v:f"), 'features="v:f" is one text; give a list'),
    ],
)
def test_what_is_asked_for_is_a_service_or_a_list(arguments, message):
    with pytest.raises(forebay.InvalidRequest, match=message):
        select(*arguments)
