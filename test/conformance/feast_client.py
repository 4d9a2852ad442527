"""Feast's own clients, called by the conformance tests: a JSON object a line comes in, one goes out.

    {"call": "sdk", "url": ..., "service": name | "features": [...], "entities": {...} | [...], "options": {...}}
    {"call": "grpc", "address": ..., "method": name, "request": {...}, "metadata": {...}}
    {"call": "descriptors", "protos": directory}
"""

import json
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import grpc  # noqa: E402
import grpc_tools  # noqa: E402
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, RepoConfig  # noqa: E402
from feast import types  # noqa: E402
from feast.errors import FeatureServiceNotFoundException  # noqa: E402
from feast.infra.online_stores.remote import RemoteOnlineStoreConfig  # noqa: E402
from feast.protos.feast.serving import ServingService_pb2 as serving  # noqa: E402
from feast.protos.feast.serving import ServingService_pb2_grpc as serving_grpc  # noqa: E402
from feast.protos.feast.types import Value_pb2 as values  # noqa: E402
from feast.value_type import ValueType  # noqa: E402
from google.protobuf import descriptor_pb2, descriptor_pool, json_format  # noqa: E402
from grpc_tools import protoc  # noqa: E402

STORES = {}
CHANNELS = {}


def store(url, cert):
    """A feature repository as a user of Feast has it: a local registry, and an online store that is an address."""
    if url not in STORES:
        directory = Path(tempfile.mkdtemp(prefix="forebay-feast-"))
        made = FeatureStore(
            config=RepoConfig(
                project="rides",
                provider="local",
                registry=str(directory / "registry.db"),
                online_store=online_store(url, cert),
                entity_key_serialization_version=3,
            )
        )
        made.apply(definitions(directory))
        STORES[url] = made
    return STORES[url]


def online_store(url, cert):
    config = {"type": "remote", "path": url, "cert": cert}
    if "connection_retries" in RemoteOnlineStoreConfig.model_fields:
        config["connection_retries"] = 0
    return config


def definitions(directory):
    """What the user had before: Feast asks for it where a feature service is named."""
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    city = Entity(name="city", join_keys=["city"], value_type=ValueType.STRING)
    source = FileSource(name="rides", path=str(directory / "rides.parquet"), timestamp_field="at")

    def view(name, entities, fields):
        schema = [Field(name=field, dtype=dtype) for field, dtype in fields.items()]
        return FeatureView(name=name, entities=entities, schema=schema, source=source, ttl=None)

    stats = view("driver_stats", [driver], {"trips": types.Int64, "fares": types.Float64, "driver_id": types.Int64})
    beats = view(
        "beat_stats",
        [driver, city],
        {"beat_fares": types.Float64, "driver_id": types.Int64, "city": types.String},
    )
    pricing = FeatureService(name="pricing", features=[stats[["trips", "fares"]], beats[["beat_fares"]]])
    every_type = FeatureService(name="every_type", features=[stats])
    return [driver, city, stats, beats, pricing, every_type]


def feature_service(feast, name):
    try:
        return feast.get_feature_service(name)
    except FeatureServiceNotFoundException:
        return FeatureService(name=name, features=[])


def sdk(url, entities, service=None, features=None, options=None, cert=""):
    feast = store(url, cert)
    # what names a feature service need not be applied here: the name is all that the server gets
    asked = feature_service(feast, service) if service else features
    response = feast.get_online_features(features=asked, entity_rows=entities, **(options or {}))
    statuses = [[serving.FieldStatus.Name(status) for status in vector.statuses] for vector in response.proto.results]
    metadata = json_format.MessageToDict(response.proto.metadata, preserving_proto_field_name=True)
    return {
        "values": response.to_dict(),
        "statuses": dict(zip(response.proto.metadata.feature_names.val, statuses)),
        "views": metadata.get("feature_view_metadata", []),
        "kinds": {
            name: [value.WhichOneof("val") for value in vector.values]
            for name, vector in zip(response.proto.metadata.feature_names.val, response.proto.results)
        },
    }


def call_grpc(address, method, request, metadata=None):
    if address not in CHANNELS:
        CHANNELS[address] = grpc.insecure_channel(address)
    stub = serving_grpc.ServingServiceStub(CHANNELS[address])
    message = json_format.ParseDict(request, getattr(serving, method + "Request")())
    try:
        response = getattr(stub, method)(message, timeout=10, metadata=list((metadata or {}).items()))
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details()}
    if method != "GetOnlineFeatures":
        return json_format.MessageToDict(response, preserving_proto_field_name=True)
    return {
        "names": list(response.metadata.feature_names.val),
        "results": [
            json_format.MessageToDict(vector, preserving_proto_field_name=True) for vector in response.results
        ],
        "kinds": [[value.WhichOneof("val") for value in vector.values] for vector in response.results],
        "views": [
            json_format.MessageToDict(view, preserving_proto_field_name=True)
            for view in getattr(response.metadata, "feature_view_metadata", [])
        ],
    }


def descriptors(protos):
    """Feast's contract as its package has it, and ours as the protobuf compiler reads our files."""
    target = Path(tempfile.mkdtemp(prefix="forebay-feast-")) / "descriptors"
    well_known = str(Path(grpc_tools.__file__).parent / "_proto")
    includes = ["-I" + protos, "-I" + well_known, "--include_imports", "--descriptor_set_out=" + str(target)]
    if protoc.main(["protoc", *includes, "feast/serving/ServingService.proto"]) != 0:
        raise RuntimeError("our protos do not compile")
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(target.read_bytes()).file
    for file in files:
        pool.Add(file)
    names = ["feast/types/Value.proto", "feast/serving/ServingService.proto"]
    return {
        "feast": described([values.DESCRIPTOR, serving.DESCRIPTOR]),
        "ours": described([pool.FindFileByName(name) for name in names]),
    }


def described(files):
    """Every message, enum and method: what a client and a server must agree on."""
    found = {}

    def add_message(message):
        found[message.full_name] = {
            field.name: [field.number, field.type, is_repeated(field), type_name(field), oneof_name(field)]
            for field in message.fields
        }
        for nested in message.nested_types:
            add_message(nested)
        for enum in message.enum_types:
            add_enum(enum)

    def add_enum(enum):
        found[enum.full_name] = {value.name: value.number for value in enum.values}

    for file in files:
        for message in file.message_types_by_name.values():
            add_message(message)
        for enum in file.enum_types_by_name.values():
            add_enum(enum)
        for service in file.services_by_name.values():
            found[service.full_name] = {
                method.name: [method.input_type.full_name, method.output_type.full_name] for method in service.methods
            }
    return found


def is_repeated(field):
    # the older of the two went away with protobuf 7
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def type_name(field):
    kind = field.message_type or field.enum_type
    return kind.full_name if kind else ""


def oneof_name(field):
    return field.containing_oneof.name if field.containing_oneof else ""


CALLS = {"sdk": sdk, "grpc": call_grpc, "descriptors": descriptors}


def answer(line):
    call = json.loads(line)
    try:
        return {"result": CALLS[call.pop("call")](**call)}
    except Exception as error:
        traceback.print_exc()
        return {"raised": type(error).__name__, "message": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(line), default=str), flush=True)
