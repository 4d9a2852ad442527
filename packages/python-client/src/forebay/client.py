"""The blocking client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

import grpc

from ._channel import (
    DEFAULT_ATTEMPTS,
    DEFAULT_KEEPALIVE_S,
    DEFAULT_MAX_RESPONSE_BYTES,
    DEFAULT_TIMEOUT_S,
    TLS,
    Address,
    ConnectOptions,
    Token,
)
from ._contract import Method
from ._exchange import Deadline, Exchange, Layouts, T, explain, log_predictions, read_features, read_info
from ._request import Asked, FeatureReference, select
from .errors import FailedPrecondition, Unavailable, call_error
from .feature_service_info import FeatureServiceInfo
from .online_features import OnlineFeatures
from .predictions import LoggedPredictions, Prediction


class Client:
    """Reads features; one client serves all threads. Connects in the background, at the first call.

    Every call raises a ForebayError, of the class that tells the server's reason. Only Unavailable is tried again,
    with growing, jittered pauses, and within the call's time. A process that forks makes its client after the fork.

    ``address``
        ``host:port``, or any target of gRPC such as ``dns:///serving:50051``: calls take turns over all addresses
        of a name. A list holds IP addresses with ports.
    ``project``
        The project of calls that name none.
    ``timeout``
        Seconds that a call takes at most, retries included, unless it says otherwise.
    ``attempts``
        How often a call is tried in all, 1 to 5.
    ``tls``
        True, or a TLS with certificates; False for plain text.
    ``token``
        A bearer token, or a function that gives one for each call. It is never sent over plain text, unless
        ``allow_token_over_plaintext`` says so.
    ``keepalive``
        Seconds after which a silent connection is asked for a sign of life; None: never.
    ``max_response_bytes``
        Larger answers are refused.
    ``channel_options``
        More options of gRPC, which win over this client's.
    """

    def __init__(
        self,
        address: Address,
        *,
        project: str | None = None,
        timeout: float = DEFAULT_TIMEOUT_S,
        attempts: int = DEFAULT_ATTEMPTS,
        tls: TLS | bool = False,
        token: Token | None = None,
        allow_token_over_plaintext: bool = False,
        keepalive: float | None = DEFAULT_KEEPALIVE_S,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        channel_options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        self._options = ConnectOptions(
            address=address,
            project=project,
            timeout=timeout,
            attempts=attempts,
            tls=tls,
            token=token,
            allow_token_over_plaintext=allow_token_over_plaintext,
            keepalive=keepalive,
            max_response_bytes=max_response_bytes,
            channel_options=channel_options,
        )
        self._layouts = Layouts()
        self._target = self._options.target
        credentials, more = self._options.credentials(), self._options.options()
        self._channel = (
            grpc.insecure_channel(self._target, more)
            if credentials is None
            else grpc.secure_channel(self._target, credentials, more)
        )
        self._methods: dict[str, Any] = {}
        self._closed = False

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections; calls in flight fail."""
        self._closed = True
        self._channel.close()

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """Returns when a server is connected. Raises Unavailable when none was in time."""
        within = self._options.timeout if timeout is None else timeout
        try:
            grpc.channel_ready_future(self._channel).result(within)
        except grpc.FutureTimeoutError as error:
            advice = "start it, or correct the address"
            raise Unavailable(f"no feature server at {self._target} within {within} s: {advice}") from error

    def get_online_features(
        self,
        *,
        service: str | None = None,
        features: Iterable[str | FeatureReference] | None = None,
        keys: Mapping[str, object],
        request: Mapping[str, object] | None = None,
        project: str | None = None,
        include_view_times: bool = False,
        request_id: str = "",
        variant: str = "",
        timeout: float | None = None,
    ) -> OnlineFeatures:
        """The features of a row for each value of the keys.

        ``service``
            ``name``, or ``name@version``; without a version the newest.
        ``features``
            Instead of a service, some features: ``view:feature`` or ``view@version:feature``.
        ``keys``
            For each join key its values: a list, a numpy array or a pandas Series of str, int or bool; one value
            stands for all rows.
        ``request``
            What on-demand views need of the request: by field one value for all rows, or a list with one for each.
            None, NaN, NaT and NA are null; a datetime without a zone is UTC, an int for a timestamp is milliseconds.
        ``include_view_times``
            Also ask for the age of each view's values.
        ``request_id``
            Names the answer in the log of served vectors, for ``log_predictions``.
        ``variant``
            Of a service with variants, the one that answers for all rows, instead of that of each entity.
        """
        selection = select(project or self._options.project, service, features)
        asked = Asked(selection, keys, request, include_view_times, request_id, variant)
        return self._run(read_features(self._layouts, asked), timeout)

    def feature_service_info(
        self,
        service: str,
        *,
        project: str | None = None,
        timeout: float | None = None,
    ) -> FeatureServiceInfo:
        """Names, types and versions of a feature service, and what a request for it must bring."""
        return self._run(read_info(project or self._options.project, service), timeout)

    def explain_feature(
        self,
        feature: str | FeatureReference,
        *,
        keys: Mapping[str, object],
        request: Mapping[str, object] | None = None,
        project: str | None = None,
        max_segments: int = 0,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Why a feature has the value that it has for an entity: segments, cut, fences, freshness, definition.

        ``feature`` is ``view:feature`` or ``view@version:feature``; the keys are of one row, and ``max_segments``
        says how many segments are told of (0: as the server likes). The answer is
        ``forebay.v1.ExplainFeatureResponse`` as a dict: what is absent is None, values and states are Python's own.
        """
        asked = Asked(select(project or self._options.project, None, [feature]), keys, request)
        return self._run(explain(asked, max_segments), timeout)

    def log_predictions(
        self,
        predictions: Iterable[Prediction],
        *,
        service: str | None = None,
        project: str | None = None,
        timeout: float | None = None,
    ) -> LoggedPredictions:
        """Adds predictions, and outcomes when they become known, to the log of served vectors; at most 1,000.

        ``service`` is the one whose answers they were made of: whoever may read it may log its predictions. Without
        it, the right to read the whole project is needed.
        """
        exchange = log_predictions(project or self._options.project, service, predictions)
        return self._run(exchange, timeout)

    def _run(self, exchange: Exchange[T], timeout: float | None) -> T:
        deadline = Deadline(self._options.timeout if timeout is None else timeout)
        method, message = next(exchange)
        while True:
            response = self._call(method, message, deadline)
            try:
                method, message = exchange.send(response)
            except StopIteration as finished:
                result: T = finished.value
                return result

    def _call(self, method: Method, message: Any, deadline: Deadline) -> Any:
        if self._closed:
            raise FailedPrecondition("the client is closed")
        call = self._methods.get(method.path)
        if call is None:
            call = self._methods[method.path] = self._channel.unary_unary(method.path)
        try:
            response = call(message.SerializeToString(), timeout=deadline.left(), metadata=self._options.metadata())
        except grpc.RpcError as error:
            raise call_error(error, self._target) from error
        return method.read(response)
