"""Why a feature has the value that it has, as plain Python values."""

from __future__ import annotations

import json
from typing import Any

from ._contract import EXPLAIN_FEATURE

_JSON = "_json"


def explain_request(of: Any, max_segments: int) -> Any:
    """A ``forebay.v1.ExplainFeatureRequest`` for what GetOnlineFeatures would be asked."""
    return EXPLAIN_FEATURE.request(of=of, max_segments=max_segments)


def plain(message: Any) -> dict[str, Any]:
    """A message as a dict: what is absent is None, and ``x_json`` is the value ``x`` that it writes."""
    fields: dict[str, Any] = {}
    for descriptor in message.DESCRIPTOR.fields:
        name, value = descriptor.name, getattr(message, descriptor.name)
        if descriptor.has_presence and not message.HasField(name):
            fields[name] = None
        elif name.endswith(_JSON):
            fields[name[: -len(_JSON)]] = json.loads(value) if value else None
        else:
            fields[name] = _plain_value(value)
    return fields


def _plain_value(value: Any) -> Any:
    if hasattr(value, "DESCRIPTOR"):
        return plain(value)
    if isinstance(value, (str, bytes, int, float)):
        return value
    return [_plain_value(item) for item in value]
