"""What a feature service is made of, and what a request for it must bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .layout import Layout, read_layout, type_name

_MILLION = 1_000_000


class TypedName(NamedTuple):
    """A join key."""

    name: str
    type: str


class RequestField(NamedTuple):
    """What on-demand views need of the request, and which, as ``name@version``."""

    name: str
    type: str
    views: tuple[str, ...]


class ServiceVariant(NamedTuple):
    """One of the lists of features that a service with an experiment answers with."""

    name: str
    #: Of the entities: 0.1 is a tenth.
    share: float
    #: As ``view@version:feature``.
    features: tuple[str, ...]


class FeatureServiceInfo(NamedTuple):
    """A feature service as it is applied."""

    name: str
    version: int
    owner: str
    description: str
    tags: Mapping[str, str]
    #: Names, types and versions of the features, as every answer has them.
    layout: Layout
    #: Those that a request must give.
    join_keys: tuple[TypedName, ...]
    #: What a request must give besides the join keys.
    request: tuple[RequestField, ...]
    #: None without an experiment.
    variants: tuple[ServiceVariant, ...]
    #: The version of the registry that the server has.
    registry_version: int


def read_feature_service_info(message: Any) -> FeatureServiceInfo:
    """From ``forebay.v1.GetFeatureServiceInfoResponse``."""
    definition = message.definition
    join_keys = {key.name: type_name(key.type) for entity in message.entities for key in entity.join_keys}
    return FeatureServiceInfo(
        name=definition.name,
        version=definition.version,
        owner=definition.metadata.owner,
        description=definition.metadata.description,
        tags=dict(definition.metadata.tags),
        layout=read_layout(message.layout),
        join_keys=tuple(TypedName(name, type_) for name, type_ in join_keys.items()),
        request=tuple(RequestField(field.name, type_name(field.type), tuple(field.views)) for field in message.request),
        variants=tuple(
            ServiceVariant(
                variant.name,
                variant.share_ppm / _MILLION,
                tuple(f"{feature.view}@{feature.version}:{feature.feature}" for feature in variant.features),
            )
            for variant in definition.variants
        ),
        registry_version=message.registry_version,
    )
