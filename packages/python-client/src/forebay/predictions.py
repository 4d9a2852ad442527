"""What a model made of an answer, and what became of it, for the log of served vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Union

import numpy as np

from ._columns_in import instant_ms
from ._contract import LOG_PREDICTION
from .errors import InvalidRequest

#: A score, a class, or the scores of several classes.
PredictedValue = Union[float, str, Sequence[float], "np.ndarray[Any, Any]"]


@dataclass(frozen=True)
class Prediction:
    """A prediction, an outcome that became known later, or both."""

    #: ``request_id`` of the answer that it was made of, whether that was logged or not.
    request_id: str
    #: Row of that request.
    row: int = 0
    prediction: PredictedValue | None = None
    outcome: PredictedValue | None = None
    model: str = ""
    model_version: str = ""
    #: When it was made, and when the outcome became known; an int is milliseconds, None is now.
    predicted_at: datetime | int | None = None
    outcome_at: datetime | int | None = None
    #: Join keys, for entries whose request is not logged.
    keys: Mapping[str, object] = field(default_factory=dict)


class LoggedPredictions(NamedTuple):
    """How many entries the server took."""

    accepted: int
    #: For which it had no room: its log's database is away, or does not keep up. They may be sent again.
    dropped: int


def predictions_request(project: str, service: str | None, predictions: Iterable[Prediction]) -> Any:
    """A ``forebay.v1.LogPredictionRequest``. Raises InvalidRequest for values that it cannot carry."""
    message = LOG_PREDICTION.request(project=project, feature_service=service or "")
    for i, entry in enumerate(predictions):
        try:
            added = message.predictions.add(
                request_id=entry.request_id,
                row=entry.row,
                model=entry.model,
                model_version=entry.model_version,
                predicted_at_ms=_when(entry.predicted_at),
                outcome_at_ms=_when(entry.outcome_at),
                keys={name: _key(value) for name, value in entry.keys.items()},
            )
            _set(added.prediction, entry.prediction)
            _set(added.outcome, entry.outcome)
        except (TypeError, ValueError) as error:
            raise InvalidRequest(f"prediction {i}: {error}") from error
    return message


def _set(message: Any, value: PredictedValue | None) -> None:
    if value is None:
        return
    if isinstance(value, str):
        message.text = value
    elif isinstance(value, (Sequence, np.ndarray)) and np.ndim(value) > 0:
        message.list.numbers.extend(float(number) for number in value)
    else:
        message.number = float(value)  # type: ignore[arg-type]


def _when(given: datetime | int | None) -> int:
    if given is None:
        return 0
    return instant_ms(given) if isinstance(given, datetime) else given


def _key(value: object) -> str:
    return str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
