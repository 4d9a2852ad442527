"""Events that are pushed."""

import asyncio
import json
from datetime import datetime, timezone

import forebay
import grpc
import numpy as np
import pytest
from forebay._contract import PUSH_EVENTS

from fake_server import RefusalError

T = datetime(2026, 5, 4, 12, 30, tzinfo=timezone.utc)
T_MS = 1_777_897_800_000


@pytest.fixture
def client(server):
    with forebay.Client(server.address, project="p") as connected:
        yield connected


def answered(server, **fields):
    answer = server.others[PUSH_EVENTS.request]
    answer.accepted = 2
    answer.partitions[:] = [0, 3]
    answer.offsets[:] = [10, 2**40]
    for name, value in fields.items():
        setattr(answer, name, value)


def test_events_are_written_as_json(server, client):
    answered(server, copies_count_once=True)
    pushed = client.push_events(
        "orders",
        [
            {"time": T, "customer": "größe", "price": np.float32(0.5), "shop": np.int64(7), "paid": True, "note": None},
            {"time": T_MS, "id": 2**53 + 1, "lines": [{"amount": 1}, {"amount": np.int32(2)}]},
        ],
    )
    positions = (forebay.EventPosition(0, 10), forebay.EventPosition(3, 2**40))
    assert pushed == forebay.PushedEvents(2, None, "", positions, True)
    (request,) = server.requests
    assert (request.project, request.source, request.wait_ms) == ("p", "orders", 0)
    assert [json.loads(event) for event in request.events] == [
        {"time": T_MS, "customer": "größe", "price": 0.5, "shop": 7, "paid": True, "note": None},
        {"time": T_MS, "id": "9007199254740993", "lines": [{"amount": 1}, {"amount": 2}]},
    ]


def test_a_wait_says_whether_the_events_are_in_the_values(server, client):
    answered(server, applied=True)
    assert client.push_events("orders", [{"time": 1}], wait=0.5).applied is True
    answered(server, applied=False, not_applied_reason="the stream is behind")
    pushed = client.push_events("orders", [{"time": 1}], wait=0.5)
    assert (pushed.applied, pushed.not_applied_reason) == (False, "the stream is behind")
    assert [request.wait_ms for request in server.requests] == [500, 500]


def test_asyncio(server):
    answered(server, applied=True)

    async def push():
        async with forebay.AsyncClient(server.address, project="p") as client:
            return await client.push_events("orders", [{"time": T}], wait=1)

    assert asyncio.run(push()).applied is True


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"price": float("nan")}, r"events\[0\]: "),
        ({"price": object()}, r"events\[0\]: "),
        ({1: 2}, r"events\[0\]: a field is named 1"),
        ("text", r"events\[0\] is not a mapping"),
    ],
)
def test_what_no_json_says_is_refused(client, event, message):
    with pytest.raises(forebay.InvalidRequest, match=message):
        client.push_events("orders", [event])


def test_a_wait_of_no_length_is_refused(client):
    for wait in (-1, float("inf"), float("nan")):
        with pytest.raises(forebay.InvalidRequest, match="wait"):
            client.push_events("orders", [{"time": 1}], wait=wait)


def push_blocking(address):
    with forebay.Client(address, project="p", attempts=5) as client:
        client.push_events("orders", [{"time": T}])


def push_in_asyncio(address):
    async def push():
        async with forebay.AsyncClient(address, project="p", attempts=5) as client:
            await client.push_events("orders", [{"time": T}])

    asyncio.run(push())


@pytest.mark.parametrize("push", [push_blocking, push_in_asyncio])
def test_a_push_is_not_tried_again_by_itself(server, push):
    server.others[PUSH_EVENTS.request] = RefusalError(grpc.StatusCode.UNAVAILABLE, "kafka is away")
    with pytest.raises(forebay.Unavailable):
        push(server.address)
    assert len(server.requests) == 1
