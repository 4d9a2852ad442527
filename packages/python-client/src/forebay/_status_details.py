"""The details of a failure, from the trailer in which gRPC carries ``google.rpc.Status``.

Read by hand: the classes of google.rpc are in a package of their own, for three fields.
https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

STATUS_DETAILS_TRAILER = "grpc-status-details-bin"

_NANOS = 1e-9
_VARINT, _BYTES = 0, 2


class FieldViolation(NamedTuple):
    """What is wrong with a field of a request."""

    #: A path in the request's message, such as ``keys[0].integers[3]``; empty: the message as a whole.
    field: str
    description: str


class StatusDetails(NamedTuple):
    """What a program may want to know of a failure."""

    violations: tuple[FieldViolation, ...] = ()
    #: Seconds; None: to try again makes no sense, or nobody says when.
    retry_after: float | None = None


NO_DETAILS = StatusDetails()


def read_status_details(message: bytes) -> StatusDetails:
    """Details that cannot be read are as if absent: the failure that they explain matters more."""
    details = NO_DETAILS
    try:
        for number, content in _fields(message):
            if number == 3 and isinstance(content, bytes):
                details = _with_detail(details, dict(_fields(content)))
    except (IndexError, ValueError):
        return NO_DETAILS
    return details


def _with_detail(details: StatusDetails, detail: dict[int, bytes | int]) -> StatusDetails:
    kind, content = _text(detail.get(1)).rpartition(".")[2], detail.get(2)
    if not isinstance(content, bytes):
        return details
    if kind == "RetryInfo":
        duration = dict(_fields(_bytes(dict(_fields(content)).get(1))))
        seconds, nanos = duration.get(1, 0), duration.get(2, 0)
        if isinstance(seconds, int) and isinstance(nanos, int):
            return details._replace(retry_after=seconds + nanos * _NANOS)
    if kind == "BadRequest":
        violations = [dict(_fields(_bytes(violation))) for number, violation in _fields(content) if number == 1]
        told = tuple(FieldViolation(_text(violation.get(1)), _text(violation.get(2))) for violation in violations)
        return details._replace(violations=told)
    return details


def _bytes(content: bytes | int | None) -> bytes:
    return content if isinstance(content, bytes) else b""


def _text(content: bytes | int | None) -> str:
    return _bytes(content).decode("utf-8")


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Number and content of each varint and length-delimited field. Raises for any other, and what is cut off."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        value, at = _varint(message, at)
        if wire_type == _BYTES:
            content = message[at : at + value]
            if len(content) != value:
                raise ValueError("cut off")
            at += value
            yield number, content
        elif wire_type == _VARINT:
            yield number, value
        else:
            raise ValueError("neither a varint nor bytes")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
