"""Servers to test against, and a report for the run that started pytest."""

import json
import os
from pathlib import Path

import pytest
from forebay import TLS

from fake_server import FakeServer


@pytest.fixture
def server():
    """A feature server in this process that answers as the test says."""
    with FakeServer() as running:
        yield running


@pytest.fixture
def flights():
    """The address of a real server with the project of that name."""
    return _given("FOREBAY_TEST_FLIGHTS_ADDRESS")


@pytest.fixture
def shop():
    """The address of a real server with the project of that name."""
    return _given("FOREBAY_TEST_SHOP_ADDRESS")


@pytest.fixture
def secured():
    """The options of a client that a real server accepts, which asks for certificates and tokens."""
    files = Path(_given("FOREBAY_TEST_SECURED_FILES"))
    tls = TLS(files / "ca.pem", files / "client.pem", files / "client-key.pem", server_name="localhost")
    address, token = _given("FOREBAY_TEST_SECURED_ADDRESS"), _given("FOREBAY_TEST_SECURED_TOKEN")
    return {"address": address, "tls": tls, "token": token}


def _given(variable):
    if variable not in os.environ:
        pytest.skip(f"{variable} is not set: test/integration/python-client.test.ts starts the servers")
    return os.environ[variable]


def pytest_runtest_logreport(report):
    """One JSON line for each test that has ended, in the file that FOREBAY_TEST_REPORT names."""
    path = os.environ.get("FOREBAY_TEST_REPORT")
    if path is None or (report.when != "call" and report.outcome == "passed"):
        return
    line = {"test": report.nodeid, "outcome": report.outcome, "text": report.longreprtext}
    with Path(path).open("a") as file:
        file.write(json.dumps(line) + "\n")
