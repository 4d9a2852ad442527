"""Calls of both clients: layouts, failures, retries, deadlines, limits."""

import asyncio
import threading
import time

import forebay
import grpc
import pytest

from fake_server import FakeServer, RefusalError, answer

KEYS = {"k": [1]}


class Blocking:
    """The blocking client, called as the one in asyncio is."""

    def __init__(self, address, **options):
        self.client = forebay.Client(address, project="p", **options)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.client.close()

    def __getattr__(self, name):
        async def call(*args, **kwargs):
            return await asyncio.to_thread(getattr(self.client, name), *args, **kwargs)

        return call


def asynchronous(address, **options):
    return forebay.AsyncClient(address, project="p", **options)


@pytest.fixture(params=[Blocking, asynchronous], ids=["blocking", "asyncio"])
def connect(request):
    return request.param


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 30))


async def read(client, **more):
    return await client.get_online_features(**{"service": "s", "keys": KEYS, **more})


def test_the_layout_is_asked_for_once_and_again_when_it_is_another(connect, server):
    first, second = answer([("a", 4, True)]), answer([("b", 4, True)], layout_id="L2")
    second_without = answer(layout_id="L2")
    second_without.ClearField("layout")
    without = answer()
    without.ClearField("layout")
    server.answers = [first, without, second_without, second, second_without]

    async def session():
        async with connect(server.address) as client:
            return [(await read(client)).columns for _ in range(4)]

    assert run(session()) == [("a",), ("a",), ("b",), ("b",)]
    assert [request.include_layout for request in server.requests] == [True, False, False, True, False]


def test_another_selection_has_a_layout_of_its_own(connect, server):
    async def session():
        async with connect(server.address) as client:
            await read(client)
            await read(client, service="s@2")
            await read(client, service=None, features=["v:f", "w@3:g"], include_view_times=True)
            await read(client, project="q")

    run(session())
    assert all(request.include_layout for request in server.requests)
    assert [request.project for request in server.requests] == ["p", "p", "p", "q"]
    references = server.requests[2].features.features
    assert [(r.view, r.version, r.feature) for r in references] == [("v", 0, "f"), ("w", 3, "g")]
    assert server.requests[2].include_view_times


@pytest.mark.parametrize(
    ("code", "trailers", "kind", "reason"),
    [
        (grpc.StatusCode.NOT_FOUND, [("forebay-reason", "not_found")], forebay.NotFound, "not_found"),
        (grpc.StatusCode.DATA_LOSS, [("forebay-reason", "corrupt_data")], forebay.CorruptData, "corrupt_data"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, [("forebay-reason", "overloaded")], forebay.Overloaded, "overloaded"),
        (grpc.StatusCode.UNAUTHENTICATED, [], forebay.Unauthenticated, "unauthenticated"),
        (grpc.StatusCode.PERMISSION_DENIED, [], forebay.PermissionDenied, "permission_denied"),
        (grpc.StatusCode.INVALID_ARGUMENT, [("forebay-reason", "new")], forebay.InvalidRequest, "new"),
        (grpc.StatusCode.UNKNOWN, [], forebay.InternalError, "internal"),
    ],
)
def test_a_failure_has_the_servers_reason_and_message(connect, server, code, trailers, kind, reason):
    server.answers = [RefusalError(code, "what is wrong", trailers)]

    async def session():
        async with connect(server.address) as client:
            await read(client)

    with pytest.raises(forebay.ForebayError, match="what is wrong") as failure:
        run(session())
    assert type(failure.value) is kind
    assert (failure.value.reason, failure.value.code) == (reason, code)
    assert len(server.requests) == 1


def message_field(number, content):
    """A length-delimited field of protobuf."""
    content = content.encode() if isinstance(content, str) else content
    return bytes([number << 3 | 2, len(content)]) + content


def detail(kind, content):
    return message_field(3, message_field(1, f"type.googleapis.com/google.rpc.{kind}") + message_field(2, content))


@pytest.mark.parametrize(
    ("details", "violations", "retry_after"),
    [
        (
            b"\x08\x03"
            + message_field(2, "what is wrong")
            + detail("ErrorInfo", message_field(1, "INVALID_REQUEST"))
            + detail("RetryInfo", message_field(1, b"\x08\x02\x10\x80\xca\xb5\xee\x01"))
            + detail("BadRequest", message_field(1, message_field(1, "keys[0]") + message_field(2, "is missing"))),
            (("keys[0]", "is missing"),),
            2.5,
        ),
        (b"\xff\xff", (), None),
        (b"\x1a\x7f", (), None),
    ],
)
def test_a_failure_has_the_servers_details_if_they_can_be_read(connect, server, details, violations, retry_after):
    trailers = [("forebay-reason", "invalid_request"), ("grpc-status-details-bin", details)]
    server.answers = [RefusalError(grpc.StatusCode.INVALID_ARGUMENT, "what is wrong", trailers)]

    async def session():
        async with connect(server.address) as client:
            await read(client)

    with pytest.raises(forebay.InvalidRequest, match="what is wrong") as failure:
        run(session())
    assert (failure.value.violations, failure.value.retry_after) == (violations, retry_after)


def test_only_unavailable_is_tried_again_and_not_for_ever(connect, server):
    away = RefusalError(grpc.StatusCode.UNAVAILABLE, "redis is away", [("forebay-reason", "unavailable")])
    server.answers = [away, away, answer([("a", 4, True)]), away]

    async def session():
        async with connect(server.address) as client:
            assert (await read(client)).columns == ("a",)
            assert len(server.requests) == 3
            await read(client)

    with pytest.raises(forebay.Unavailable, match="redis is away") as failure:
        run(session())
    assert failure.value.retryable
    assert len(server.requests) == 3 + 4


def test_with_one_attempt_nothing_is_tried_again(connect, server):
    server.answers = [RefusalError(grpc.StatusCode.UNAVAILABLE, "away")]

    async def session():
        async with connect(server.address, attempts=1) as client:
            await read(client)

    with pytest.raises(forebay.Unavailable):
        run(session())
    assert len(server.requests) == 1


def test_a_call_ends_at_its_deadline_retries_included(connect, server):
    server.release.clear()

    async def session():
        async with connect(server.address, timeout=20) as client:
            await read(client, timeout=0.2)

    started = time.monotonic()
    with pytest.raises(forebay.DeadlineExceeded):
        run(session())
    assert time.monotonic() - started < 5
    assert server.timeouts[0] < 0.5


def test_the_default_deadline_is_the_clients(connect, server):
    async def session():
        async with connect(server.address, timeout=7) as client:
            await read(client)
            await client.feature_service_info("s")

    run(session())
    assert all(5 < timeout < 7.5 for timeout in server.timeouts)


def test_a_server_that_comes_back_is_found_by_the_same_client(connect):
    with FakeServer() as server:
        port = server.port

        async def session():
            async with connect(f"127.0.0.1:{port}") as client:
                await read(client)
                await asyncio.to_thread(server.stop)
                with pytest.raises(forebay.Unavailable, match=f"calling 127.0.0.1:{port}: "):
                    await read(client)
                with FakeServer(port=port):
                    await client.wait_for_ready(10)
                    await read(client)

        run(session())


def test_waiting_for_a_server_that_does_not_come_says_where(connect):
    with FakeServer() as server:
        address = server.address

    async def session():
        async with connect(address) as client:
            await client.wait_for_ready(0.2)

    with pytest.raises(forebay.Unavailable, match=f"no feature server at {address} within 0.2 s"):
        run(session())


def test_calls_take_turns_over_addresses(connect):
    with FakeServer() as first, FakeServer() as second:

        async def session():
            async with connect([first.address, second.address]) as client:
                while not (first.requests and second.requests):
                    await read(client)
                before = len(first.requests), len(second.requests)
                for _ in range(10):
                    await read(client)
                return len(first.requests) - before[0], len(second.requests) - before[1]

        assert run(session()) == (5, 5)


def test_an_answer_beyond_the_limit_is_refused_with_what_to_do(connect, server):
    server.answers = [answer(float64_block=bytes(10_000))]

    async def session():
        async with connect(server.address, max_response_bytes=5_000) as client:
            await read(client)

    with pytest.raises(forebay.InvalidRequest, match="ask for fewer rows in one call, or raise max_response_bytes"):
        run(session())


def test_an_answer_that_is_none_is_corrupt(connect, server):
    server.answers = [b"no message"]

    async def session():
        async with connect(server.address) as client:
            await read(client)

    with pytest.raises(forebay.CorruptData, match=r"the answer of .*GetOnlineFeatures cannot be read"):
        run(session())


def test_a_closed_client_says_so(connect, server):
    async def session():
        client = connect(server.address)
        async with client:
            await read(client)
        await read(client)

    with pytest.raises(forebay.FailedPrecondition, match="the client is closed"):
        run(session())


def test_a_wrong_request_is_refused_without_a_call(connect, server):
    async def session():
        async with connect(server.address) as client:
            await read(client, keys={"k": [None]})

    with pytest.raises(forebay.InvalidRequest, match='join key "k", row 0'):
        run(session())
    assert server.requests == []


def test_a_cancelled_call_is_cancelled(server):
    server.release.clear()

    async def session():
        async with asynchronous(server.address) as client:
            call = asyncio.create_task(read(client))
            await asyncio.to_thread(server.asked.wait, 10)
            call.cancel()
            await call

    with pytest.raises(asyncio.CancelledError):
        run(session())


def test_one_client_serves_many_threads(server):
    server.answers = [answer([("a", 4, True)])]
    columns = []
    with forebay.Client(server.address, project="p") as client:
        threads = [
            threading.Thread(target=lambda: columns.append(client.get_online_features(service="s", keys=KEYS).columns))
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert columns == [("a",)] * 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0}, "timeout=0: give a number of seconds above 0"),
        ({"attempts": 6}, "attempts=6: gRPC makes 1 to 5"),
        ({"address": []}, "give at least one"),
        ({"address": ["serving:1", "serving:2"]}, 'address "serving:1": several addresses are host:port with IP'),
        ({"address": ["127.0.0.1:1", "[::1]:2"]}, "IP addresses of one family"),
        ({"token": "t"}, "a token would be sent in plain text"),
        ({"tls": forebay.TLS(certificate=b"c")}, "give both certificate= and key="),
    ],
)
def test_options_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        forebay.Client(**{"address": "127.0.0.1:1", **options})
