"""Training sets of data frames, with a stand-in for the command, which has tests of its own."""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import forebay
import pandas as pd
import pytest

ROWS = pd.DataFrame(
    {
        "airport": ["ORD", "ATL", "ORD"],
        "timestamp": pd.to_datetime(["2001-05-01T12:00Z", "2001-05-02T12:00Z", "2001-05-01T12:00Z"]),
        "late": [1, 0, 1],
    },
    index=[7, 3, 5],
)

STAND_IN = """
import json, os, sys
import pandas as pd
told = {{"arguments": sys.argv[1:], "database": os.environ.get("FOREBAY_CLICKHOUSE_DATABASE")}}
open({told!r}, "w").write(json.dumps(told))
given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
error = {error!r}
if error is not None:
    print(error, file=sys.stderr)
    raise SystemExit(1)
rows = pd.read_parquet(given["--rows"])
rows["departures_1h"] = range(len(rows))
rows.to_parquet(given["--out"])
"""


@pytest.fixture
def command(tmp_path):
    """Makes a command that adds a feature, or ends with an error; `command.told()` says how it was called."""

    class Command(list):
        def told(self):
            return json.loads((tmp_path / "told.json").read_text())

    def make(error=None):
        program = tmp_path / "stand_in.py"
        program.write_text(STAND_IN.format(told=str(tmp_path / "told.json"), error=error))
        return Command([sys.executable, str(program)])

    return make


def test_a_frame_comes_back_with_features_and_its_own_order_index_and_columns(command):
    made = forebay.training_set(ROWS, service="airport_board", command=command())
    assert list(made.columns) == ["airport", "timestamp", "late", "departures_1h"]
    assert list(made.index) == [7, 3, 5]
    assert list(made["departures_1h"]) == [0, 1, 2]
    assert list(made["airport"]) == ["ORD", "ATL", "ORD"]
    assert list(made["timestamp"]) == list(ROWS["timestamp"])


def test_every_option_is_one_of_the_command(command):
    stand_in = command()
    forebay.training_set(
        ROWS,
        features=["airport_delays:departures_1h", forebay.FeatureReference("routes", "delay", 2)],
        project="flights",
        variant="v2",
        timestamp_column="timestamp",
        columns={"origin": "airport"},
        known_as_of=datetime(2001, 6, 1, tzinfo=timezone.utc),
        statuses=True,
        threads=2,
        command=stand_in,
        environment={"FOREBAY_CLICKHOUSE_DATABASE": "elsewhere"},
    )
    told = stand_in.told()
    arguments = told["arguments"]
    rows, out = (arguments[arguments.index(option) + 1] for option in ("--rows", "--out"))
    assert arguments == [
        "training-set",
        *("--features", "airport_delays:departures_1h,routes@2:delay"),
        *("--rows", rows, "--out", out),
        *("--project", "flights", "--variant", "v2", "--timestamp-column", "timestamp"),
        *("--known-as-of", "991353600000", "--threads", "2", "--column", "origin=airport", "--statuses", "--json"),
    ]
    assert told["database"] == "elsewhere"
    assert not Path(rows).parent.exists()


def test_what_the_command_says_is_raised(command):
    error = json.dumps({"error": 'no feature service "boards"', "reason": "not_found"})
    with pytest.raises(forebay.NotFound, match='no feature service "boards"'):
        forebay.training_set(ROWS, service="boards", command=command(f"a warning\n{error}"))
    with pytest.raises(forebay.ForebayError, match="ended with code 1: segmentation fault"):
        forebay.training_set(ROWS, service="boards", command=command("segmentation fault"))


def test_a_command_that_is_not_there_is_named_with_what_to_do():
    with pytest.raises(forebay.FailedPrecondition, match=r"'no-such-forebay' cannot be run .* give `command`"):
        forebay.training_set(ROWS, service="airport_board", command=["no-such-forebay"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "either a feature service or a list"),
        ({"service": "a", "features": ["v:f"]}, "either a feature service or a list"),
        ({"features": []}, "the list of features is empty"),
        ({"service": "a", "known_as_of": datetime(2001, 6, 1)}, "has no time zone"),
    ],
)
def test_mistakes_are_told_before_anything_is_run(given, message):
    with pytest.raises(forebay.InvalidRequest, match=message):
        forebay.training_set(ROWS, command=["no-such-forebay"], **given)


def test_rows_that_no_file_can_hold_are_refused():
    mixed = pd.DataFrame({"airport": ["ORD", 7], "timestamp": [1, 2]})
    with pytest.raises(forebay.InvalidRequest, match="cannot be written as Parquet"):
        forebay.training_set(mixed, service="airport_board", command=["no-such-forebay"])
