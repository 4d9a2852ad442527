"""What a call fails with: one class for each reason that the server gives."""

from __future__ import annotations

from typing import Any

import grpc

from ._status_details import NO_DETAILS, STATUS_DETAILS_TRAILER, StatusDetails, read_status_details

REASON_TRAILER = "forebay-reason"


class ForebayError(Exception):
    """A call that was refused or failed.

    The message says what is wrong and what to do about it. ``reason`` is the server's own word for it, which is
    finer than the gRPC status ``code``; ``code`` is None where the client itself refused, before any call.
    """

    reason = "internal"
    #: Whether the same call may succeed later without anybody changing anything.
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        code: grpc.StatusCode | None = None,
        details: StatusDetails = NO_DETAILS,
    ) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason
        self.code = code
        #: Fields of the request that are to blame.
        self.violations = details.violations
        #: Seconds after which the same call may succeed; None: nobody says.
        self.retry_after = details.retry_after


class InvalidRequest(ForebayError):
    """The request is wrong: an unknown join key, a value of the wrong type, a missing field, too many rows."""

    reason = "invalid_request"


class NotFound(ForebayError):
    """A project, feature service, view or feature that is not applied."""

    reason = "not_found"


class FailedPrecondition(ForebayError):
    """What is asked for cannot be done in the state that the server, or this client, is in."""

    reason = "failed_precondition"


class Unauthenticated(ForebayError):
    """No credential, or one that the server does not accept."""

    reason = "unauthenticated"


class PermissionDenied(ForebayError):
    """The credential lacks the grant for this project or feature service."""

    reason = "permission_denied"


class Conflict(ForebayError):
    """Somebody else changed the same thing first."""

    reason = "conflict"
    retryable = True


class Cancelled(ForebayError):
    """The caller, or somebody between, gave the call up."""

    reason = "cancelled"


class Unavailable(ForebayError):
    """No server could be reached, or it cannot reach its store; the only failure that is tried again by itself."""

    reason = "unavailable"
    retryable = True


class DeadlineExceeded(ForebayError):
    """The call's time ran out."""

    reason = "deadline_exceeded"
    retryable = True


class Overloaded(ForebayError):
    """The server refuses calls for now, so as to finish those that it has."""

    reason = "overloaded"
    retryable = True


class CorruptData(ForebayError):
    """A stored value or an answer that cannot be read."""

    reason = "corrupt_data"


class InternalError(ForebayError):
    """A mistake of the server, or a status that it never gives."""

    reason = "internal"


_BY_REASON: dict[str, type[ForebayError]] = {
    kind.reason: kind
    for kind in (
        InvalidRequest,
        NotFound,
        FailedPrecondition,
        Unauthenticated,
        PermissionDenied,
        Conflict,
        Cancelled,
        Unavailable,
        DeadlineExceeded,
        Overloaded,
        CorruptData,
        InternalError,
    )
}

# For a status that comes without a known reason: from a proxy, from the transport, from a newer server.
_BY_CODE: dict[grpc.StatusCode, type[ForebayError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPrecondition,
    grpc.StatusCode.UNIMPLEMENTED: FailedPrecondition,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.ABORTED: Conflict,
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.DATA_LOSS: CorruptData,
}


def error_of_reason(reason: str, message: str) -> ForebayError:
    """What the command line says of a failure."""
    return _BY_REASON.get(reason, ForebayError)(message, reason=reason)


def call_error(error: Any, target: str) -> ForebayError:
    """The failure of a call, with the reason that the server gave.

    ``error`` is the RpcError of a blocking call or the AioRpcError of one in asyncio, which have no common class.
    """
    code: grpc.StatusCode = error.code()
    details: str = error.details() or code.name
    trailers = _trailers(error)
    reason = trailers.get(REASON_TRAILER)
    if reason is not None:
        kind = _BY_REASON.get(reason.decode("ascii", "replace")) or _BY_CODE.get(code, InternalError)
        given = read_status_details(trailers.get(STATUS_DETAILS_TRAILER, b""))
        return kind(details, reason=reason.decode("ascii", "replace"), code=code, details=given)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than max" in details:
        advice = "ask for fewer rows in one call, or raise max_response_bytes if it is the answer that is too large"
        return InvalidRequest(f"calling {target}: {details}; {advice}", code=code)
    return _BY_CODE.get(code, InternalError)(f"calling {target}: {details}", code=code)


def _trailers(error: Any) -> dict[str, bytes]:
    given = error.trailing_metadata() or ()
    return {name: value.encode() if isinstance(value, str) else bytes(value) for name, value in given}
