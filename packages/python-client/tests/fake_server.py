"""A feature server that answers what a test tells it, over real connections."""

import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from forebay._contract import EXPLAIN_FEATURE, GET_FEATURE_SERVICE_INFO, GET_ONLINE_FEATURES, LOG_PREDICTION

PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE, DEGRADED = range(1, 6)

METHODS = (GET_ONLINE_FEATURES, GET_FEATURE_SERVICE_INFO, EXPLAIN_FEATURE, LOG_PREDICTION)


class RefusalError(Exception):
    """What the server refuses a call with."""

    def __init__(self, code, details, trailers=()):
        super().__init__(details)
        self.code, self.details, self.trailers = code, details, trailers


def answer(columns=(), rows=0, layout_id="L1", **rest):
    """A response; columns are (name, type number, in the block, vector length)."""
    message = GET_ONLINE_FEATURES.response(row_count=rows, layout_id=layout_id, **rest)
    message.layout.id = layout_id
    for name, number, in_block, *length in columns:
        message.layout.columns.add(
            name=name,
            type=number,
            view="v",
            view_version=1,
            in_float64_block=in_block,
            vector_length=length[0] if length else 0,
        )
    return message


class FakeServer:
    """Answers with `answers`, one after the other, and from then on with the last one; bytes go as they are."""

    def __init__(self, credentials=None, port=0):
        self.answers = [answer()]
        #: What the other methods answer.
        self.others = {method.request: method.response() for method in METHODS if method is not GET_ONLINE_FEATURES}
        self.requests = []
        self.metadata = []
        self.timeouts = []
        self.asked = threading.Event()
        self.release = threading.Event()
        self.release.set()
        self._lock = threading.Lock()
        self._grpc = grpc.server(ThreadPoolExecutor(8), options=[("grpc.so_reuseport", 0)])
        self._grpc.add_generic_rpc_handlers((self._handlers(),))
        address = f"127.0.0.1:{port}"
        self.port = (
            self._grpc.add_insecure_port(address)
            if credentials is None
            else self._grpc.add_secure_port(address, credentials)
        )
        self.address = f"127.0.0.1:{self.port}"

    def __enter__(self):
        self._grpc.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the connections too; returns when the port is free."""
        self.release.set()
        self._grpc.stop(None).wait()

    def _handlers(self):
        methods = {
            method.path.rsplit("/", 1)[1]: grpc.unary_unary_rpc_method_handler(
                self._answer,
                request_deserializer=method.request.FromString,
                response_serializer=lambda message: (
                    message if isinstance(message, bytes) else message.SerializeToString()
                ),
            )
            for method in METHODS
        }
        return grpc.method_handlers_generic_handler("forebay.v1.FeatureService", methods)

    def _answer(self, request, context):
        with self._lock:
            self.requests.append(request)
            self.metadata.append(dict(context.invocation_metadata()))
            self.timeouts.append(context.time_remaining())
            if type(request) in self.others:
                return self.others[type(request)]
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.asked.set()
        self.release.wait(10)
        if isinstance(given, RefusalError):
            context.set_trailing_metadata(given.trailers)
            context.abort(given.code, given.details)
        return given
