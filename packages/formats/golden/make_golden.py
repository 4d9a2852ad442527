"""Writes records.json: the same events as JSON, Avro and Protobuf, by serializers that are not Forebay's.

    python3 -m venv venv && venv/bin/pip install fastavro protobuf grpcio-tools
    venv/bin/python make_golden.py > records.json
"""

import base64
import datetime
import decimal
import importlib.metadata
import io
import json
import pathlib
import sys
import tempfile

import fastavro
from google.protobuf import descriptor_pb2, json_format, message_factory, descriptor_pool
from grpc_tools import protoc

HERE = pathlib.Path(__file__).parent
UTC = datetime.timezone.utc

TREE = {
    "type": "record",
    "name": "Tree",
    "fields": [
        {"name": "branches", "type": {"type": "array", "items": "Tree"}},
        {"name": "leaf", "type": "bytes"},
    ],
}
ITEM = {
    "type": "record",
    "name": "Item",
    "fields": [
        {"name": "sku", "type": "string"},
        {"name": "price", "type": "double"},
        {"name": "sizes", "type": {"type": "array", "items": "int"}},
    ],
}
USER = {
    "type": "record",
    "name": "User",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "country", "type": ["null", {"type": "enum", "name": "Country", "symbols": ["DE", "FR"]}]},
        {"name": "tags", "type": {"type": "map", "values": "string"}},
    ],
}
PAYMENT = {
    "type": "record",
    "name": "Payment",
    "namespace": "shop",
    "fields": [
        {"name": "tree", "type": TREE},
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "ok", "type": "boolean"},
        {"name": "n", "type": "int"},
        {"name": "big", "type": "long"},
        {"name": "x", "type": "double"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "user", "type": ["null", USER]},
        {"name": "scores", "type": {"type": "array", "items": "float"}},
        {"name": "items", "type": {"type": "array", "items": ITEM}},
        {"name": "rebate", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}]},
        {"name": "seen_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "means", "type": ["null", "string", "long"]},
    ],
}
# One version later: other order, an int become a long, a field less, fields more, types by their full names.
EVOLVED = {
    "type": "record",
    "name": "Payment",
    "namespace": "shop",
    "fields": [
        {"name": "currency", "type": "string", "default": "EUR"},
        {"name": "n", "type": "long"},
        {"name": "x", "type": "float"},
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "user", "type": USER},
        {"name": "payer", "type": "shop.User"},
        {"name": "big", "type": ["int", "long", "string", "null"]},
        {"name": "items", "type": ["null", {"type": "array", "items": ITEM}], "default": None},
    ],
}

EVENTS = [
    {
        "id": "p-1",
        "at": "2026-01-15T12:34:56.789Z",
        "ok": True,
        "n": -7,
        "big": 9223372036854775807,
        "x": 1.5,
        "note": "Zürich 日本 😀",
        "user": {"id": -42, "country": "FR", "tags": {"vip": "yes", "tier": "2"}},
        "items": [
            {"sku": "a", "price": 0.1, "sizes": [1, -2, 300]},
            {"sku": "b", "price": -2.25, "sizes": []},
        ],
        "rebate": 12.25,
        "seen_at": 1768480496000,
        "card": "4711",
        "scores": [0.5, 0.25],
        "sequence": 18446744073709551615,
        "tree": {"branches": [{"branches": [], "leaf": "AQI="}, {"branches": [{"branches": [], "leaf": ""}], "leaf": "/w=="}], "leaf": ""},
    },
    {
        "id": "p-2",
        "at": "1969-12-31T23:59:59.999Z",
        "ok": False,
        "n": 2147483647,
        "big": -9007199254740993,
        "x": -0.0,
        "note": None,
        "user": {"id": 9007199254740993, "country": None, "tags": {}},
        "items": [],
        "rebate": None,
        "seen_at": 0,
        "account": 5,
        "scores": [],
        "sequence": 0,
        "tree": {"branches": [], "leaf": ""},
    },
    {
        "id": "",
        "at": "2026-01-15T12:34:56Z",
        "ok": False,
        "n": 0,
        "big": 0,
        "x": 0.0,
        "note": "",
        "user": None,
        "items": [{"sku": "c", "price": 1e308, "sizes": [0]}],
        "rebate": 0.0,
        "seen_at": 8640000000000000,
        "scores": [1.0],
        "sequence": 1,
        "tree": {"branches": [], "leaf": ""},
    },
]


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def tree_bytes(tree):
    return {"branches": [tree_bytes(branch) for branch in tree["branches"]], "leaf": base64.b64decode(tree["leaf"])}


def avro_value(event):
    rebate = event["rebate"]
    return {
        **event,
        "at": instant(event["at"]),
        "rebate": None if rebate is None else decimal.Decimal(str(rebate)).quantize(decimal.Decimal("0.01")),
        "means": event.get("card", event.get("account")),
        "tree": tree_bytes(event["tree"]),
    }


def evolved_value(event):
    value = avro_value(event)
    nobody = {"id": 0, "country": None, "tags": {}}
    return {**value, "user": event["user"] or nobody, "payer": event["user"] or nobody, "currency": "CHF"}


def avro_bytes(schema, value):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), value)
    return out.getvalue()


def payment_class():
    with tempfile.NamedTemporaryFile() as out:
        wellknown = pathlib.Path(protoc.__file__).parent / "_proto"
        code = protoc.main(["", f"-I{HERE}", f"-I{wellknown}", "--include_imports", f"--descriptor_set_out={out.name}", "payment.proto"])
        assert code == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out.name).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    payment = message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.Payment"))
    return payment, files.file[-1]


def protobuf_bytes(payment, event):
    value = {name: item for name, item in event.items() if item is not None}
    if value.get("user", {}).get("country", "") is None:
        value["user"] = {name: item for name, item in value["user"].items() if item is not None}
    return json_format.ParseDict(value, payment()).SerializeToString(deterministic=True)


def main():
    payment, descriptor = payment_class()
    events = []
    for event in EVENTS:
        as_json = {**event, "big": str(event["big"]), "means": event.get("card")}
        if event["user"] is not None:
            as_json["user"] = {**event["user"], "id": str(event["user"]["id"])}
        events.append(
            {
                "json": json.dumps(as_json, ensure_ascii=event["id"] == "p-1"),
                "avro": avro_bytes(PAYMENT, avro_value(event)).hex(),
                "evolved_avro": avro_bytes(EVOLVED, evolved_value(event)).hex(),
                "protobuf": protobuf_bytes(payment, event).hex(),
            }
        )
    versions = {name: importlib.metadata.version(name) for name in ("fastavro", "protobuf")}
    golden = {
        "origin": {"script": "make_golden.py", **versions},
        "avro": PAYMENT,
        "evolved_avro": EVOLVED,
        "descriptor": base64.b64encode(descriptor.SerializeToString()).decode(),
        "events": events,
    }
    json.dump(golden, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
