"""Training sets of a data frame's rows: the command ``forebay training-set``, called with files that nobody sees."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._request import FeatureReference
from .errors import FailedPrecondition, ForebayError, InvalidRequest, error_of_reason

if TYPE_CHECKING:
    import pandas as pd


def training_set(
    rows: pd.DataFrame,
    *,
    service: str | None = None,
    features: Iterable[str | FeatureReference] | None = None,
    project: str | None = None,
    variant: str | None = None,
    timestamp_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    known_as_of: datetime | None = None,
    statuses: bool = False,
    threads: int | None = None,
    command: Sequence[str] = ("forebay",),
    environment: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The rows with features beside them, each as it was at the instant of its row.

    All columns of ``rows`` come first, then the features (``service``, or a list of ``view:feature``). Rows keep their
    order, their index and their duplicates. The values are those of ``forebay training-set``, which is what makes them;
    it reads ClickHouse, and takes its address from the FOREBAY_CLICKHOUSE_… variables of ``environment`` and of this
    process.

    Args:
        rows: entities, instants, and whatever else; a column for each join key and request field.
        timestamp_column: the instant of a row; None: ``timestamp`` or ``event_timestamp``.
        columns: of a join key or request field the column, where it has another name.
        known_as_of: time travel: values as they were known then, instead of at each row's instant.
        statuses: a column ``<feature>__status`` behind each feature.
        threads: threads that fold; None: as many as there are cores.
        command: how the command line is called on this machine.

    Raises:
        InvalidRequest, NotFound, FailedPrecondition, Unavailable, …: what the command says. FailedPrecondition also
            without pandas and pyarrow, and where there is no such command.
    """
    _need_parquet()
    import pandas as pd

    selection = _selection(service, features)
    with tempfile.TemporaryDirectory(prefix="forebay-") as directory:
        rows_file, out_file = Path(directory, "rows.parquet"), Path(directory, "training.parquet")
        _write(rows, rows_file)
        options = {
            "--project": project,
            "--variant": variant,
            "--timestamp-column": timestamp_column,
            "--known-as-of": None if known_as_of is None else str(_milliseconds(known_as_of)),
            "--threads": None if threads is None else str(threads),
        }
        arguments = [*selection, "--rows", str(rows_file), "--out", str(out_file)]
        arguments += [text for name, value in options.items() if value is not None for text in (name, value)]
        arguments += [text for name, column in (columns or {}).items() for text in ("--column", f"{name}={column}")]
        _run([*command, "training-set", *arguments, *(["--statuses"] if statuses else []), "--json"], environment)
        made = pd.read_parquet(out_file)
    made.index = rows.index
    return made


def _need_parquet() -> None:
    try:
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        advice = "pip install 'forebay[training]'"
        raise FailedPrecondition(f"training_set needs {error.name}, which is not installed: {advice}") from error


def _selection(service: str | None, features: Iterable[str | FeatureReference] | None) -> list[str]:
    if (service is None) == (features is None):
        raise InvalidRequest("a training set needs either a feature service or a list of features")
    if service is not None:
        return ["--service", service]
    given = [feature if isinstance(feature, str) else _text(feature) for feature in features or ()]
    if not given:
        raise InvalidRequest("the list of features is empty: name at least one")
    return ["--features", ",".join(given)]


def _text(feature: FeatureReference) -> str:
    version = "" if feature.version is None else f"@{feature.version}"
    return f"{feature.view}{version}:{feature.feature}"


def _milliseconds(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise InvalidRequest(f"known_as_of {instant} has no time zone: give one, such as datetime.timezone.utc")
    return round(instant.timestamp() * 1_000)


def _write(rows: pd.DataFrame, file: Path) -> None:
    try:
        rows.to_parquet(file, index=False)
    except (TypeError, ValueError) as error:  # pyarrow's own errors are kinds of these
        raise InvalidRequest(f"the rows cannot be written as Parquet: {error}") from error


def _run(command: list[str], environment: Mapping[str, str] | None) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the caller's own command
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError as error:
        advice = "give `command`, such as ['node', '…/packages/cli/bin/forebay.js']"
        raise FailedPrecondition(f"the command {command[0]!r} cannot be run ({error}): {advice}") from error
    if done.returncode != 0:
        raise _error_of(done.returncode, done.stderr)


def _error_of(code: int, stderr: str) -> ForebayError:
    """Of the line of JSON with which the command ends, or of whatever it says instead."""
    lines = stderr.strip().splitlines()
    try:
        told: Any = json.loads(lines[-1])
        return error_of_reason(told["reason"], told["error"])
    except (IndexError, ValueError, KeyError, TypeError):
        return ForebayError(f"forebay training-set ended with code {code}: {stderr.strip() or 'it said nothing'}")
