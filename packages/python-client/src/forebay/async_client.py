"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

import grpc
import grpc.aio

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


class AsyncClient:
    """``Client`` for asyncio: the same options and methods, to be awaited. It belongs to the loop of its first call."""

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
        self._credentials = self._options.credentials()
        self._opened: grpc.aio.Channel | None = None
        self._methods: dict[str, Any] = {}
        self._closed = False

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connections; calls in flight fail."""
        self._closed = True
        if self._opened is not None:
            await self._opened.close()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Returns when a server is connected. Raises Unavailable when none was in time."""
        within = self._options.timeout if timeout is None else timeout
        try:
            await asyncio.wait_for(self._channel().channel_ready(), within)
        except asyncio.TimeoutError as error:
            advice = "start it, or correct the address"
            raise Unavailable(f"no feature server at {self._target} within {within} s: {advice}") from error

    async def get_online_features(
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
        """As ``Client.get_online_features``."""
        selection = select(project or self._options.project, service, features)
        asked = Asked(selection, keys, request, include_view_times, request_id, variant)
        return await self._run(read_features(self._layouts, asked), timeout)

    async def feature_service_info(
        self,
        service: str,
        *,
        project: str | None = None,
        timeout: float | None = None,
    ) -> FeatureServiceInfo:
        """As ``Client.feature_service_info``."""
        return await self._run(read_info(project or self._options.project, service), timeout)

    async def explain_feature(
        self,
        feature: str | FeatureReference,
        *,
        keys: Mapping[str, object],
        request: Mapping[str, object] | None = None,
        project: str | None = None,
        max_segments: int = 0,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """As ``Client.explain_feature``."""
        asked = Asked(select(project or self._options.project, None, [feature]), keys, request)
        return await self._run(explain(asked, max_segments), timeout)

    async def log_predictions(
        self,
        predictions: Iterable[Prediction],
        *,
        service: str | None = None,
        project: str | None = None,
        timeout: float | None = None,
    ) -> LoggedPredictions:
        """As ``Client.log_predictions``."""
        exchange = log_predictions(project or self._options.project, service, predictions)
        return await self._run(exchange, timeout)

    async def _run(self, exchange: Exchange[T], timeout: float | None) -> T:
        deadline = Deadline(self._options.timeout if timeout is None else timeout)
        method, message = next(exchange)
        while True:
            response = await self._call(method, message, deadline)
            try:
                method, message = exchange.send(response)
            except StopIteration as finished:
                result: T = finished.value
                return result

    def _channel(self) -> grpc.aio.Channel:
        """Opened when there is a loop for it to belong to."""
        if self._closed:
            raise FailedPrecondition("the client is closed")
        if self._opened is None:
            more = self._options.options()
            self._opened = (
                grpc.aio.insecure_channel(self._target, more)
                if self._credentials is None
                else grpc.aio.secure_channel(self._target, self._credentials, more)
            )
        return self._opened

    async def _call(self, method: Method, message: Any, deadline: Deadline) -> Any:
        channel = self._channel()
        call = self._methods.get(method.path)
        if call is None:
            call = self._methods[method.path] = channel.unary_unary(method.path)
        try:
            response = await call(
                message.SerializeToString(), timeout=deadline.left(), metadata=self._options.metadata()
            )
        except grpc.aio.AioRpcError as error:
            raise call_error(error, self._target) from error
        return method.read(response)
