"""The real server: projects `flights` and `shop`, seeded by test/integration/python-client.test.ts."""

import asyncio
import importlib.metadata
import importlib.resources
from datetime import datetime, timedelta, timezone

import forebay
import numpy as np
import pandas as pd
import pytest
from forebay import FeatureStatus

BIG = 2**60
PLANE = 2**53 + 1
#: The clock of the shop's server.
T = datetime(2026, 5, 4, 12, 30, tzinfo=timezone.utc)


@pytest.fixture
def flights_client(flights):
    with forebay.Client(flights, project="flights") as client:
        yield client


@pytest.fixture
def shop_client(shop):
    with forebay.Client(shop, project="shop") as client:
        yield client


def test_the_installed_wheel_is_typed_and_says_its_version():
    assert importlib.resources.files("forebay").joinpath("py.typed").is_file()
    assert importlib.metadata.version("forebay") == forebay.__version__


def test_numbers_texts_lists_and_large_integers_are_exact(flights_client):
    answer = flights_client.get_online_features(service="delays@2", keys={"airport": ["ORD", "QQQ"]})
    assert answer.to_dict() == {
        "flights_1h": [2, 0],
        "flights_30d": [2, 0],
        "mean_delay_1h": [1.5, None],
        "last_destination_1d": ["LAX", None],
        "last_delays_1d": [[2.0, 1.0], []],
        "longest_1d": [BIG + 1, None],
        "destinations_1d": [2, 0],
    }
    assert answer["longest_1d"].tolist() == [BIG + 1, None]
    assert answer["last_delays_1d"][0].tolist() == [2.0, 1.0]
    assert answer.block.shape == (2, 4)
    assert str(answer.to_matrix(["flights_1h", "mean_delay_1h"]).tolist()) == "[[2.0, 1.5], [0.0, nan]]"


def test_statuses_and_reasons_are_told(flights_client):
    answer = flights_client.get_online_features(service="delays@2", keys={"airport": ["ORD"]})
    status = dict(zip(answer.columns, answer.statuses[0]))
    assert status["flights_1h"] == FeatureStatus.PRESENT
    assert status["flights_30d"] == FeatureStatus.DEGRADED
    (degradation,) = answer.degraded
    assert (degradation.row, degradation.view) == (0, "departures")
    assert degradation.reason.startswith("incomplete: ")
    recent = flights_client.get_online_features(service="delays@1", keys={"airport": "ORD"})
    assert recent.all_present
    assert (recent.statuses == FeatureStatus.PRESENT).all()


def test_an_answer_is_of_now(flights_client):
    answer = flights_client.get_online_features(service="delays", keys={"airport": "ORD"}, include_view_times=True)
    assert abs(datetime.now(timezone.utc) - answer.as_of) < timedelta(minutes=1)
    (times,) = answer.views
    assert (times.view, times.version) == ("departures", 1)
    assert times.freshness_ms is not None
    assert times.cut_ms is None
    assert 0 <= answer.as_of_ms - times.newest_event_ms < 3_600_000


def test_features_are_listed_by_view_and_version(flights_client):
    answer = flights_client.get_online_features(
        features=["departures@1:flights_1h", "routes:route_flights_1d", "routes:route_planes_1d"],
        keys={"airport": "ATL", "destination": ["LAX", "SFO"]},
    )
    assert answer.to_dict() == {
        "flights_1h": [0, 0],
        "route_flights_1d": [1, 0],
        "route_planes_1d": [[PLANE], []],
    }


@pytest.mark.parametrize(
    "planes",
    [[PLANE, PLANE - 1], np.array([PLANE, PLANE - 1]), pd.Series([PLANE, PLANE - 1])],
    ids=["list", "numpy", "pandas"],
)
def test_keys_beyond_2_to_the_53_are_exact(flights_client, planes):
    answer = flights_client.get_online_features(service="plane", keys={"plane": planes})
    assert answer.to_dict() == {"plane_flights_1h": [1, 0]}


def test_keys_of_several_types_make_a_row(flights_client):
    answer = flights_client.get_online_features(service="gate", keys={"gate": -7, "domestic": [False, True]})
    assert answer.to_dict() == {"gate_flights_1h": [0, 1]}


def test_a_data_frame_has_a_row_for_each_key(flights_client):
    frame = flights_client.get_online_features(service="trip", keys={"airport": ["ORD", "ATL"], "destination": "LAX"})
    frame = frame.to_pandas()
    assert frame["flights_1h"].tolist() == [2, 0]
    assert str(frame["flights_1h"].dtype) == "int64"
    assert str(frame["longest_1d"].dtype) == "Int64"
    assert frame["last_destination_1d"].tolist()[0] == "LAX"


def test_what_is_not_there_or_wrong_is_told_by_the_server(flights_client):
    def read(**arguments):
        return flights_client.get_online_features(**{"service": "delays", "keys": {"airport": ["ORD"]}, **arguments})

    with pytest.raises(forebay.NotFound, match=r'feature service "dela".*delays') as failure:
        read(service="dela")
    assert failure.value.reason == "not_found"
    with pytest.raises(forebay.NotFound, match="nowhere"):
        read(project="nowhere")
    with pytest.raises(forebay.InvalidRequest, match="airport"):
        read(keys={"airports": ["ORD"]})
    with pytest.raises(forebay.InvalidRequest, match="string"):
        read(keys={"airport": [1]})
    with pytest.raises(forebay.InvalidRequest, match="rows"):
        read(keys={"airport": ["ORD"] * 1_001})


def test_a_feature_service_tells_its_features_keys_and_request(flights_client, shop_client):
    info = flights_client.feature_service_info("trip")
    assert (info.name, info.version) == ("trip", 1)
    assert info.layout.keys[:2] == ("flights_1h", "last_destination_1d")
    assert [column.type for column in info.layout.columns][:2] == ["int64", "string"]
    assert {key.name: key.type for key in info.join_keys} == {"airport": "string", "destination": "string"}
    answer = flights_client.get_online_features(service="trip", keys={"airport": "ORD", "destination": "LAX"})
    assert answer.layout == info.layout
    request = {field.name: (field.type, field.views) for field in shop_client.feature_service_info("risk").request}
    assert request["amount"] == ("double", ("risk@1",))
    assert request["at"][0] == "timestamp"


def test_every_operation_is_read(shop_client):
    answer = shop_client.get_online_features(service="everything", keys={"customer": [7]})
    row = {key: values[0] for key, values in answer.to_dict().items()}
    assert answer.as_of == T
    assert row["purchases_1h"] == 2
    assert row["first_shop"] == "Zürich"
    assert row["by_shop_7d"] == {"Zürich": 2}
    assert row["paid_by_shop_7d"] == {"Zürich": 25.0}
    assert row["by_floor_7d"] == {1: 2}
    assert row["last_card_7d"] is True
    assert row["first_cards_7d"] == [True, True]
    assert row["last_promise_7d"] == T + timedelta(days=1, milliseconds=-1)
    assert row["last_promises_7d"] == [row["last_promise_7d"], row["last_promise_7d"] - timedelta(minutes=10)]
    assert row["amounts_7d"] == [0, 0, 2, 0]
    assert answer["last_promise_7d"].dtype == "datetime64[ms]"
    assert str(answer.to_pandas()["last_promise_7d"].dtype) == "datetime64[ms, UTC]"


def test_on_demand_views_take_data_of_the_request(shop_client):
    def read(**request):
        given = {"amount": 12.5, "units": BIG, "at": T, "note": "n", **request}
        return shop_client.get_online_features(
            service="risk", keys={"customer": [7, 7], "shop": "Zürich"}, request=given
        )

    answer = read(note=["a", None]).to_dict()
    assert answer["all_units"] == [BIG + 6, BIG + 6]
    assert answer["likeness"] == [1.0, 1.0]
    assert answer["is_late"] == [False, False]
    assert answer["remark"] == ["a@Zürich", None]
    late = read(at=[T + timedelta(days=2), pd.NaT])
    assert late.to_dict()["is_late"] == [True, None]
    assert late["is_late"].tolist() == [True, None]
    with pytest.raises(forebay.InvalidRequest, match="units"):
        read(units=0.5)


def test_what_is_wrong_is_told_in_a_form_for_programs(flights_client):
    with pytest.raises(forebay.InvalidRequest) as failure:
        flights_client.get_online_features(service="delays", keys={"airport": [1]})
    assert failure.value.reason == "invalid_request"
    (violation,) = failure.value.violations
    assert violation.description == str(failure.value)


def test_a_value_is_explained(flights_client):
    told = flights_client.explain_feature("departures:flights_1h", keys={"airport": "ORD"})
    explanation = told["explanation"]
    assert (explanation["value"], explanation["status"], explanation["entity"]) == (2, "PRESENT", "airport=ORD")
    segments = explanation["segments"]["segments"]
    assert sum(segment["counted"] for segment in segments) == 2
    assert {segment["from"] for segment in segments} == {"stream"}


def test_an_answer_keeps_the_name_that_the_request_gave_it(flights_client):
    answer = flights_client.get_online_features(service="delays", keys={"airport": "ORD"}, request_id="r-1")
    assert (answer.request_id, answer.variants) == ("r-1", ())
    with pytest.raises(forebay.FailedPrecondition, match="FOREBAY_SERVING_LOG_CLICKHOUSE_URL"):
        flights_client.log_predictions([forebay.Prediction("r-1", prediction=0.5)], service="delays")


def test_asyncio_reads_the_same(flights):
    async def session():
        async with forebay.AsyncClient(flights, project="flights") as client:
            await client.wait_for_ready(10)
            answers = await asyncio.gather(
                *(client.get_online_features(service="delays", keys={"airport": airport}) for airport in ("ORD", "QQQ"))
            )
            info = await client.feature_service_info("delays")
            with pytest.raises(forebay.NotFound):
                await client.feature_service_info("dela")
            return [answer.to_dict()["flights_1h"] for answer in answers], info.version

    assert asyncio.run(session()) == ([[2], [0]], 2)


def test_certificates_and_tokens_are_asked_for(secured):
    def read(service="delays", **other):
        with forebay.Client(project="flights", attempts=1, **{**secured, **other}) as client:
            return client.get_online_features(service=service, keys={"airport": "ORD", "destination": "LAX"})

    with forebay.Client(project="flights", **secured) as client:
        assert client.get_online_features(service="delays@1", keys={"airport": "ORD"}).to_dict()["flights_1h"] == [2]
    with pytest.raises(forebay.PermissionDenied, match="trip") as failure:
        read("trip")
    assert (failure.value.reason, failure.value.retryable) == ("permission_denied", False)
    with pytest.raises(forebay.Unauthenticated) as failure:
        read(token=f"{secured['token'][:-1]}x")
    assert secured["token"][:-1] not in str(failure.value)
    with pytest.raises(forebay.Unauthenticated):
        read(token=None)
    with pytest.raises(forebay.Unavailable):
        read(tls=forebay.TLS(secured["tls"].ca, server_name="localhost"))
    with pytest.raises(forebay.Unavailable):
        read(tls=False, token=None)
