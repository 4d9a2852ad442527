"""A model and the features that it takes, in their order, as one file."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

#: The feature service that the model is trained and served with.
SERVICE = "flight_delay"
PROJECT = "flights"
#: Its name in the log of predictions.
MODEL = "flight_delay"


@dataclass(frozen=True)
class FlightModel:
    """Predicts whether a flight leaves more than 15 minutes late."""

    features: tuple[str, ...]
    classifier: Any
    #: Tells one training from another.
    version: str

    def probabilities(self, matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Of being late, by row; the columns are those of `features`, and NaN is a value like any other."""
        return self.classifier.predict_proba(matrix)[:, 1]

    def save(self, path: Path) -> None:
        """Writes it to a file."""
        path.write_bytes(pickle.dumps(self))

    @staticmethod
    def load(path: Path) -> FlightModel:
        """From a file that `save` wrote; unpickling runs code, so only from there."""
        return pickle.loads(path.read_bytes())
