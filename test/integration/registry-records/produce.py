"""Produces events with Confluent's own serializers, which register their schemas.

    python produce.py REGISTRY_URL BROKERS TOPIC avro|evolved_avro|protobuf GOLDEN < events.ndjson

GOLDEN is packages/formats/golden/records.json, for its schemas; an event is as there (../../../packages/formats/golden/make_golden.py).
Prints the id of the schema that was written.
"""

import base64
import datetime
import decimal
import json
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf import timestamp_pb2, wrappers_pb2  # noqa: F401  (in the default pool, for what imports them)

NOBODY = {"id": 0, "country": None, "tags": {}}


def tree_bytes(tree):
    return {"branches": [tree_bytes(branch) for branch in tree["branches"]], "leaf": base64.b64decode(tree["leaf"])}


def avro_value(event):
    rebate = event["rebate"]
    return {
        **event,
        "at": datetime.datetime.fromisoformat(event["at"].replace("Z", "+00:00")),
        "rebate": None if rebate is None else decimal.Decimal(str(rebate)).quantize(decimal.Decimal("0.01")),
        "means": event.get("card"),
        "tree": tree_bytes(event["tree"]),
    }


def evolved_value(event):
    user = event["user"] or NOBODY
    return {**avro_value(event), "user": user, "payer": user, "currency": "CHF"}


def payment_class(descriptor):
    pool = descriptor_pool.Default()
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(descriptor)))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.Payment"))


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def main(registry_url, brokers, topic, encoding, golden_file):
    with open(golden_file, encoding="utf-8") as file:
        golden = json.load(file)
    registry = SchemaRegistryClient({"url": registry_url})
    if encoding == "protobuf":
        payment = payment_class(golden["descriptor"])
        serialize = ProtobufSerializer(payment, registry, {"use.deprecated.format": False})
        value_of = lambda event: json_format.ParseDict(without_nulls(event), payment())  # noqa: E731
    else:
        serialize = AvroSerializer(registry, json.dumps(golden[encoding]))
        value_of = evolved_value if encoding == "evolved_avro" else avro_value
    producer = Producer({"bootstrap.servers": brokers})
    context = SerializationContext(topic, MessageField.VALUE)
    schema_id = None
    for line in sys.stdin:
        value = serialize(value_of(json.loads(line)), context)
        schema_id = int.from_bytes(value[1:5], "big")
        producer.produce(topic, value, key=b"one", partition=0)
    assert producer.flush(30) == 0, "records were not delivered"
    print(schema_id)


main(*sys.argv[1:])
