"""Python client of Forebay, a real-time feature store.

>>> import forebay
>>> client = forebay.Client("localhost:50051", project="flights")
>>> answer = client.get_online_features(service="airport_board", keys={"airport": ["ORD", "ATL"]})
>>> answer.to_dict()
"""

from __future__ import annotations

from ._channel import TLS
from ._request import FeatureReference
from ._status_details import FieldViolation
from .async_client import AsyncClient
from .client import Client
from .errors import (
    Cancelled,
    Conflict,
    CorruptData,
    DeadlineExceeded,
    FailedPrecondition,
    ForebayError,
    InternalError,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
)
from .feature_service_info import FeatureServiceInfo, RequestField, ServiceVariant, TypedName
from .layout import FeatureColumn, Layout
from .online_features import Degradation, FeatureStatus, OnlineFeatures, ViewTimes
from .predictions import LoggedPredictions, Prediction
from .training_set import training_set

__version__ = "0.1.0"

__all__ = [
    "TLS",
    "AsyncClient",
    "Cancelled",
    "Client",
    "Conflict",
    "CorruptData",
    "DeadlineExceeded",
    "Degradation",
    "FailedPrecondition",
    "FeatureColumn",
    "FeatureReference",
    "FeatureServiceInfo",
    "FeatureStatus",
    "FieldViolation",
    "ForebayError",
    "InternalError",
    "InvalidRequest",
    "Layout",
    "LoggedPredictions",
    "NotFound",
    "OnlineFeatures",
    "Overloaded",
    "PermissionDenied",
    "Prediction",
    "RequestField",
    "ServiceVariant",
    "TypedName",
    "Unauthenticated",
    "Unavailable",
    "ViewTimes",
    "training_set",
]
