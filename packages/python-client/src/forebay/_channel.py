"""How a client connects: the target, credentials and options of its channel."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

import grpc

from ._contract import GET_ONLINE_FEATURES

Address = Union[str, Sequence[str]]
#: PEM itself as bytes, or the path of a file that holds it.
Pem = Union[bytes, str, "os.PathLike[str]"]
Token = Union[str, Callable[[], str]]

DEFAULT_TIMEOUT_S = 5.0
DEFAULT_ATTEMPTS = 4
#: What gRPC allows at most.
MOST_ATTEMPTS = 5
#: Idle connections are asked for a sign of life, since firewalls and load balancers forget them in a minute or more.
DEFAULT_KEEPALIVE_S = 30.0
KEEPALIVE_TIMEOUT_S = 10.0
#: A thousand rows of a thousand features, with room.
DEFAULT_MAX_RESPONSE_BYTES = 16 * 1024 * 1024
FIRST_RECONNECT_MS = 100
LONGEST_RECONNECT_MS = 1_000


@dataclass(frozen=True)
class TLS:
    """How the server is known, and for mTLS how it knows this client.

    ``ca`` has the certificates to trust; without it those that gRPC brings. ``certificate`` and ``key`` are this
    client's own. ``server_name`` is the name in the server's certificate where it is not that of the address.
    """

    ca: Pem | None = None
    certificate: Pem | None = None
    key: Pem | None = None
    server_name: str | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files. Raises OSError, and ValueError for half of a pair."""
        if (self.certificate is None) != (self.key is None):
            raise ValueError("TLS: give both certificate= and key=, or neither")
        return grpc.ssl_channel_credentials(_pem(self.ca), _pem(self.key), _pem(self.certificate))


def _pem(given: Pem | None) -> bytes | None:
    return given if given is None or isinstance(given, bytes) else Path(given).read_bytes()


@dataclass(frozen=True)
class ConnectOptions:
    """The options of a client, checked. Raises ValueError, with the option and what is wrong."""

    address: Address
    project: str | None = None
    timeout: float = DEFAULT_TIMEOUT_S
    attempts: int = DEFAULT_ATTEMPTS
    tls: TLS | bool = False
    token: Token | None = field(default=None, repr=False)
    allow_token_over_plaintext: bool = False
    keepalive: float | None = DEFAULT_KEEPALIVE_S
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    channel_options: Sequence[tuple[str, Any]] = ()

    def __post_init__(self) -> None:
        if not self.timeout > 0:
            raise ValueError(f"timeout={self.timeout}: give a number of seconds above 0")
        if not 1 <= self.attempts <= MOST_ATTEMPTS:
            raise ValueError(f"attempts={self.attempts}: gRPC makes 1 to {MOST_ATTEMPTS}")
        if self.token is not None and not self.tls and not self.allow_token_over_plaintext:
            raise ValueError(
                "a token would be sent in plain text, for everybody on the way to read: give tls=, or "
                "allow_token_over_plaintext=True where the network is trusted"
            )

    @property
    def target(self) -> str:
        """The address as gRPC takes it. Several addresses must be IP addresses of one family; calls take turns."""
        if isinstance(self.address, str):
            return self.address
        addresses = list(self.address)
        if not addresses:
            raise ValueError("address=[]: give at least one")
        if len(addresses) == 1:
            return addresses[0]
        families = {_family(address) for address in addresses}
        if len(families) > 1:
            raise ValueError(f"address={addresses}: give IP addresses of one family")
        return f"{families.pop()}:{','.join(addresses)}"

    def credentials(self) -> grpc.ChannelCredentials | None:
        """None for plain text."""
        if not self.tls:
            return None
        return (TLS() if self.tls is True else self.tls).credentials()

    def options(self) -> list[tuple[str, Any]]:
        """gRPC's own options of the channel; those of the caller come last, and win."""
        options: list[tuple[str, Any]] = [
            ("grpc.max_receive_message_length", self.max_response_bytes),
            ("grpc.service_config", json.dumps(self._service_config())),
            ("grpc.enable_retries", int(self.attempts > 1)),
            ("grpc.initial_reconnect_backoff_ms", FIRST_RECONNECT_MS),
            ("grpc.min_reconnect_backoff_ms", FIRST_RECONNECT_MS),
            ("grpc.max_reconnect_backoff_ms", LONGEST_RECONNECT_MS),
        ]
        if self.keepalive is not None:
            options += [
                ("grpc.keepalive_time_ms", round(self.keepalive * 1_000)),
                ("grpc.keepalive_timeout_ms", round(KEEPALIVE_TIMEOUT_S * 1_000)),
                ("grpc.keepalive_permit_without_calls", 1),
                ("grpc.http2.max_pings_without_data", 0),
            ]
        if isinstance(self.tls, TLS) and self.tls.server_name is not None:
            options += [
                ("grpc.ssl_target_name_override", self.tls.server_name),
                ("grpc.default_authority", self.tls.server_name),
            ]
        return [*options, *self.channel_options]

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What is sent with each call; a token that is a function is asked for each time."""
        if self.token is None:
            return ()
        token = self.token if isinstance(self.token, str) else self.token()
        return (("authorization", f"Bearer {token}"),)

    def _service_config(self) -> dict[str, Any]:
        """Calls take turns over all addresses; only UNAVAILABLE is tried again, with growing, jittered pauses."""
        service = GET_ONLINE_FEATURES.path.split("/")[1]
        config: dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
        if self.attempts > 1:
            policy = {
                "maxAttempts": self.attempts,
                "initialBackoff": "0.05s",
                "maxBackoff": "1s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE"],
            }
            config["methodConfig"] = [{"name": [{"service": service}], "retryPolicy": policy}]
            # when most calls fail, they are not tried again: a server in trouble is not given four times the calls
            config["retryThrottling"] = {"maxTokens": 100, "tokenRatio": 0.1}
        return config


def _family(address: str) -> str:
    host, colon, port = address.rpartition(":")
    try:
        if not colon or not port.isdigit():
            raise ValueError
        return f"ipv{ipaddress.ip_address(host.strip('[]')).version}"
    except ValueError:
        advice = (
            "several addresses are host:port with IP addresses; for a name, give it alone: all its addresses are used"
        )
        raise ValueError(f'address "{address}": {advice}') from None
