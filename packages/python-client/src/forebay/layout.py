"""Names, types and places of the columns of an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# `forebay.v1.ValueType`: number on the wire, and the type as definitions name it.
_TYPE_NAMES = {
    1: "bool",
    2: "int32",
    3: "int64",
    4: "double",
    5: "string",
    6: "timestamp",
    11: "list<bool>",
    12: "list<int32>",
    13: "list<int64>",
    14: "list<double>",
    15: "list<string>",
    16: "list<timestamp>",
    21: "map<string,int64>",
    22: "map<string,double>",
    23: "map<int64,int64>",
    24: "map<int64,double>",
}
_VECTOR = 31


def type_name(number: int, vector_length: int = 0) -> str:
    """`double`, `list<string>`, `vector<8>`, ...; `unknown` for a type that was added after this client."""
    return f"vector<{vector_length}>" if number == _VECTOR else _TYPE_NAMES.get(number, "unknown")


@dataclass(frozen=True)
class FeatureColumn:
    """A column of an answer."""

    #: The feature's name; ``view.feature`` where two views have features of one name, and
    #: ``view@version.feature`` where two versions of a view have.
    key: str
    name: str
    #: As in definitions: ``int64``, ``list<double>``, ``map<string,int64>``, ``vector<8>``.
    type: str
    view: str
    view_version: int
    #: Whether its values stand in the block of float64 numbers.
    in_float64_block: bool
    #: Numbers of a vector; 0 for other types.
    vector_length: int


@dataclass(frozen=True)
class Layout:
    """The columns of an answer: fixed for a version of a feature service, and known by its id."""

    id: str
    columns: tuple[FeatureColumn, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The columns' keys, in their order."""
        return tuple(column.key for column in self.columns)

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each key."""
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def block_columns(self) -> tuple[int, ...]:
        """The columns of the block of float64 numbers, in its order."""
        return tuple(i for i, column in enumerate(self.columns) if column.in_float64_block)

    @cached_property
    def block_places(self) -> dict[int, int]:
        """By column, its place in the block."""
        return {column: place for place, column in enumerate(self.block_columns)}


def read_layout(message: Any) -> Layout:
    """From ``forebay.v1.Layout``."""
    keys = _keys([(column.name, column.view, column.view_version) for column in message.columns])
    return Layout(
        message.id,
        tuple(
            FeatureColumn(
                key,
                column.name,
                type_name(column.type, column.vector_length),
                column.view,
                column.view_version,
                column.in_float64_block,
                column.vector_length,
            )
            for key, column in zip(keys, message.columns)
        ),
    )


def _keys(features: Sequence[tuple[str, str, int]]) -> list[str]:
    """Gives each feature the shortest key that no other one has."""
    candidates = [(name, f"{view}.{name}", f"{view}@{version}.{name}") for name, view, version in features]
    uses = Counter(key for keys in candidates for key in keys)
    return [next((key for key in keys if uses[key] == 1), keys[-1]) for keys in candidates]
