"""Predictions, outcomes and explanations."""

from datetime import datetime, timezone

import forebay
import numpy as np
import pytest
from forebay._contract import EXPLAIN_FEATURE, GET_FEATURE_SERVICE_INFO, LOG_PREDICTION

from fake_server import answer

T = datetime(2026, 5, 4, 12, 30, tzinfo=timezone.utc)
T_MS = 1_777_897_800_000


@pytest.fixture
def client(server):
    with forebay.Client(server.address, project="p") as connected:
        yield connected


def test_an_answer_may_be_named_and_its_variant_chosen(server, client):
    server.answers = [answer(request_id="r")]
    features = client.get_online_features(service="s", keys={"k": 1}, request_id="r", variant="canary")
    assert features.request_id == "r"
    assert (server.requests[0].request_id, server.requests[0].variant) == ("r", "canary")


def test_predictions_and_outcomes_are_logged(server, client):
    server.others[LOG_PREDICTION.request].accepted = 3
    server.others[LOG_PREDICTION.request].dropped = 1
    logged = client.log_predictions(
        [
            forebay.Prediction("r", prediction=0.5, model="gbm", model_version="7", predicted_at=T),
            forebay.Prediction(
                "r", row=1, prediction=np.float32(0.25), keys={"customer": 7, "card": True, "shop": "x"}
            ),
            forebay.Prediction("r", row=2, prediction=np.array([0.5, 0.25]), outcome="late", outcome_at=5),
            forebay.Prediction("r", row=3, outcome=[1, 2]),
        ],
        service="s@1",
    )
    assert logged == (3, 1)
    (request,) = server.requests
    assert (request.project, request.feature_service) == ("p", "s@1")
    first, second, third, fourth = request.predictions
    assert (first.prediction.number, first.model, first.model_version) == (0.5, "gbm", "7")
    assert (first.predicted_at_ms, first.HasField("outcome")) == (T_MS, False)
    assert (second.row, second.prediction.number) == (1, 0.25)
    assert dict(second.keys) == {"customer": "7", "card": "true", "shop": "x"}
    assert list(third.prediction.list.numbers) == [0.5, 0.25]
    assert (third.outcome.text, third.outcome_at_ms) == ("late", 5)
    assert list(fourth.outcome.list.numbers) == [1, 2]
    assert not fourth.HasField("prediction")


def test_a_prediction_that_is_none_is_refused_with_its_place(server, client):
    with pytest.raises(forebay.InvalidRequest, match="prediction 1: "):
        client.log_predictions([forebay.Prediction("r"), forebay.Prediction("r", prediction=object())])
    with pytest.raises(forebay.InvalidRequest, match="prediction 0: "):
        client.log_predictions([forebay.Prediction("r", row=-1)])
    assert server.requests == []


def test_an_explanation_is_a_dict_of_pythons_own_values(server, client):
    response = server.others[EXPLAIN_FEATURE.request]
    response.as_of_ms = T_MS
    response.keys.add(key="f:{0}1.s.ORD", what="stream list", found=True, size_bytes=24)
    explanation = response.explanation
    explanation.feature.view, explanation.feature.version, explanation.feature.feature = "v", 2, "f"
    explanation.value_json = '{"a": [1, null]}'
    explanation.clocks.cut_ms = float("-inf")
    explanation.segments.segments.add(states_json='{"count": 2}', parts=["s"], end_ms=float("inf"))
    told = client.explain_feature("v@2:f", keys={"k": [1]}, request={"amount": 1.5}, max_segments=5)
    assert (server.requests[0].max_segments, server.requests[0].of.project) == (5, "p")
    assert server.requests[0].of.features.features[0].feature == "f"
    assert server.requests[0].of.request[0].name == "amount"
    assert told["keys"][0]["found"] is True
    assert told["explanation"]["value"] == {"a": [1, None]}
    assert told["explanation"]["table"] is None
    assert told["explanation"]["clocks"]["cut_ms"] == float("-inf")
    assert told["explanation"]["clocks"]["tick_ms"] is None
    (segment,) = told["explanation"]["segments"]["segments"]
    assert (segment["states"], segment["parts"], segment["end_ms"]) == ({"count": 2}, ["s"], float("inf"))


def test_variants_of_a_service_are_told_with_their_shares(server, client):
    definition = server.others[GET_FEATURE_SERVICE_INFO.request].definition
    variant = definition.variants.add(name="canary", share_ppm=10_000)
    variant.features.add(view="v", version=2, feature="f")
    assert client.feature_service_info("s").variants == (("canary", 0.01, ("v@2:f",)),)
