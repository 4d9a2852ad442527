"""The messages of ``forebay.v1``, made from the contract's descriptors when this module is imported.

There is no generated code, which works with few versions of protobuf only, and the descriptors are in a pool of
their own, where they meet none that another package has of the same contract.
"""

from __future__ import annotations

import pkgutil
from typing import Any, NamedTuple

from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError

from .errors import CorruptData

_PACKAGE = "forebay.v1"


class Method(NamedTuple):
    """A method of the feature server: its path, and the classes of its messages."""

    path: str
    request: Any
    response: Any

    def read(self, message: bytes) -> Any:
        """The answer. Raises CorruptData if it is none."""
        try:
            return self.response.FromString(message)
        except DecodeError as error:
            raise CorruptData(f"the answer of {self.path} cannot be read: {error}") from error


def _load() -> dict[str, Any]:
    """The class of each message, by its full name. All are kept: protobuf < 4.25 forgets those that nobody holds."""
    pool: Any = DescriptorPool()
    pool.AddSerializedFile(pkgutil.get_data("forebay", "generated/contract.binpb") or b"")
    file = pool.FindFileContainingSymbol(f"{_PACKAGE}.FeatureService")
    return dict(message_factory.GetMessageClassesForFiles([file.name], pool))


_MESSAGES = _load()


def _message(name: str) -> Any:
    return _MESSAGES[f"{_PACKAGE}.{name}"]


def _method(name: str) -> Method:
    return Method(f"/{_PACKAGE}.FeatureService/{name}", _message(f"{name}Request"), _message(f"{name}Response"))


GET_ONLINE_FEATURES = _method("GetOnlineFeatures")
GET_FEATURE_SERVICE_INFO = _method("GetFeatureServiceInfo")
EXPLAIN_FEATURE = _method("ExplainFeature")
LOG_PREDICTION = _method("LogPrediction")
