"""What is asked for, as the contract's request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ._columns_in import is_scalar, key_column, request_column, values_of
from ._contract import GET_ONLINE_FEATURES
from .errors import InvalidRequest

_REFERENCE = re.compile(r"([^:@\s]+)(?:@(\d+))?:([^:@\s]+)")


class FeatureReference(NamedTuple):
    """One feature of a view; without a version, of the view's newest."""

    view: str
    feature: str
    version: int | None = None

    @classmethod
    def parse(cls, text: str) -> FeatureReference:
        """From ``view:feature`` or ``view@version:feature``."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise InvalidRequest(f'feature "{text}" is not written as "view:feature" or "view@version:feature"')
        view, version, feature = match.groups()
        return cls(view, feature, None if version is None else int(version))


class Selection(NamedTuple):
    """What is asked for, without the rows: answers to the same selection have the same layout."""

    project: str
    #: ``name`` or ``name@version``; None: the features are listed.
    service: str | None
    features: tuple[FeatureReference, ...]


class Asked(NamedTuple):
    """A request for features, as the caller gives it."""

    selection: Selection
    keys: Mapping[str, object]
    request: Mapping[str, object] | None = None
    include_view_times: bool = False
    #: Names the answer in the log of served vectors.
    request_id: str = ""
    #: Of a service with variants, the one that answers for all rows.
    variant: str = ""


def select(
    project: str | None,
    service: str | None,
    features: Iterable[str | FeatureReference] | None,
) -> Selection:
    """Raises InvalidRequest unless there is a project and exactly one of the others."""
    project = project_of(project)
    if (service is None) == (features is None):
        raise InvalidRequest("give either service= or features=")
    if isinstance(features, str):
        raise InvalidRequest(f'features="{features}" is one text; give a list of them')
    references = tuple(
        reference if isinstance(reference, FeatureReference) else FeatureReference.parse(reference)
        for reference in features or ()
    )
    return Selection(project, service, references)


def project_of(project: str | None) -> str:
    """Raises InvalidRequest without one."""
    if project:
        return project
    raise InvalidRequest("no project: give project= to the client or to the call")


def features_request(asked: Asked, *, include_layout: bool) -> Any:
    """A ``forebay.v1.GetOnlineFeaturesRequest``. Raises InvalidRequest for values that it cannot carry."""
    selection = asked.selection
    message = GET_ONLINE_FEATURES.request(
        project=selection.project,
        include_layout=include_layout,
        include_view_times=asked.include_view_times,
        request_id=asked.request_id,
        variant=asked.variant,
    )
    if selection.service is not None:
        message.feature_service = selection.service
    for view, feature, version in selection.features:
        message.features.features.add(view=view, feature=feature, version=version or 0)
    _add_keys(message, asked.keys)
    for name, given in (asked.request or {}).items():
        kind, values, nulls = request_column(name, values_of(f'request field "{name}"', given))
        _add(f'request field "{name}"', message.request.add(name=name, nulls=nulls), kind, values)
    return message


def _add_keys(message: Any, keys: Mapping[str, object]) -> None:
    """A scalar beside lists stands for all rows."""
    columns = {name: values_of(f'join key "{name}"', given) for name, given in keys.items()}
    lengths = {len(columns[name]): name for name, given in keys.items() if not is_scalar(given)}
    if len(lengths) > 1:
        told = " and ".join(f'"{name}" has {length}' for length, name in sorted(lengths.items()))
        raise InvalidRequest(f"the join keys have different numbers of rows: {told}")
    rows = next(iter(lengths), 1)
    for name, values in columns.items():
        kind, typed = key_column(name, values * rows if is_scalar(keys[name]) else values)
        _add(f'join key "{name}"', message.keys.add(join_key=name), kind, typed)


def _add(what: str, column: Any, kind: str, values: list[Any]) -> None:
    try:
        getattr(column, kind).extend(values)
    except (UnicodeError, ValueError) as error:
        raise InvalidRequest(f"{what}: {error}") from error
