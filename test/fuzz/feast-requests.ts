/** What clients of Feast send, by gRPC and by HTTP, and the checks behind it, on bytes that anybody may send. */
import { ForebayError } from '@forebay/contract';
import {
  AppliedRegistry,
  entityKeysOf,
  type FeastRequest,
  type GivenColumn,
  plannedFeastRequest,
  readFeastRequest,
  readJsonRequest,
  refuseExcess,
  requestDataOf,
} from '@forebay/service-serving';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { flightsRegistry } from '../integration/serving-project';
import { shopRegistry } from '../integration/serving-shop';
import type { FuzzTarget } from './run-target';

const MAX_ROWS = 1_000;

const flightsPlane = { val: [{ int64_val: '9007199254740993' }, { int32_val: -5 }, { int64_val: 0 }] };

const REQUESTS: readonly object[] = [
  {
    feature_service: 'delays@2',
    entities: { airport: { val: [{ string_val: 'ORD' }, { string_val: 'Zürich' }] } },
  },
  { feature_service: 'plane', entities: { plane: flightsPlane }, full_feature_names: true },
  {
    feature_service: 'gate',
    entities: { gate: { val: [{ int64_val: 1 }] }, domestic: { val: [{ bool_val: true }] } },
    include_feature_view_version_metadata: true,
  },
  {
    features: { val: ['departures:flights_1h', 'routes@v1:route_delay_1d'] },
    entities: {
      airport: { val: [{ string_val: 'ORD' }] },
      destination: { val: [{ string_val: '日本' }] },
      more: {
        val: [{ int64_list_val: { val: [1, 2] } }, { bytes_val: Buffer.from('a') }, { null_val: 0 }, {}],
      },
    },
  },
  {
    feature_service: 'offer',
    request_context: {
      price: { val: [{ double_val: 1.5 }, { float_val: -2 }] },
      pieces: { val: [{ int32_val: 4 }, { unix_timestamp_val: -1 }] },
    },
  },
];

const JSON_REQUESTS: readonly string[] = [
  '{"features": ["departures:flights_1h", "routes@v1:route_delay_1d"], "entities": {"airport": ["ORD", "Zürich"], "destination": ["LAX", "日本"]}}',
  '{"feature_service": "plane", "entities": {"plane": [9007199254740993, -5, 0, 5.0, 1e3]}, "full_feature_names": true}',
  '{"feature_service": "gate", "entities": {"gate": [1, -2147483648], "domestic": [true, false]}, "include_feature_view_version_metadata": false}',
  '{"feature_service": "offer", "entities": {}, "request_context": {"price": [1.5e-3, null], "pieces": [4, 5]}}',
  '{"feature_service": "plane", "entities": {"plane": [[1], {"a": null}, "\\ud83d\\ude00\\n"]}}',
];

type Decoded = Record<string, unknown>;
type DecodedValue = Readonly<Record<string, unknown>>;

/** What `protobufjs` reads: another decoder, of the same contract. */
function independentDecoder(): MessageTypeDefinition<object, Decoded> {
  const definition = loadSync('feast/serving/ServingService.proto', {
    includeDirs: ['proto'],
    keepCase: true,
    longs: String,
    enums: Number,
    defaults: false,
  });
  return definition['feast.serving.GetOnlineFeaturesRequest'] as MessageTypeDefinition<object, Decoded>;
}

const KINDS: Readonly<Record<string, string>> = {
  string_val: 'string',
  int32_val: 'int32',
  int64_val: 'int64',
  double_val: 'double',
  float_val: 'float',
  bool_val: 'bool',
  unix_timestamp_val: 'timestamp',
  null_val: 'null',
};

/** Whether the other decoder holds the same; of values with several members set, it does not tell which was last. */
function sameValue({ kind, value }: GivenColumn['values'][number], decoded: DecodedValue): boolean {
  const members = Object.keys(decoded);
  if (members.length === 0) return kind === 'null' || kind === 'other';
  return members.some((member) => {
    const held = decoded[member];
    if (kind === 'other') return !(member in KINDS);
    if (KINDS[member] !== kind) return false;
    return kind === 'null' || Object.is(held, value) || (typeof held === 'string' && held === String(value));
  });
}

function sameColumns(ours: readonly GivenColumn[], decoded: unknown): boolean {
  const theirs = (decoded ?? {}) as Readonly<Record<string, { val?: readonly DecodedValue[] }>>;
  return ours.every(({ name, values }) => {
    // objects have no such key of their own
    if (name === '__proto__') return true;
    const val = theirs[name]?.val ?? [];
    return (
      val.length === values.length && values.every((value, i) => sameValue(value, val[i] as DecodedValue))
    );
  });
}

/** By the checks that come before values are read. */
function checker(): (request: FeastRequest) => string {
  const flights = new AppliedRegistry(flightsRegistry());
  const shop = new AppliedRegistry(shopRegistry());
  return (request) => {
    const { selection } = request;
    const isOffer = selection.kind === 'service' && selection.featureService === 'offer';
    const [registry, project] = isOffer ? [shop, 'shop'] : [flights, 'flights'];
    try {
      refuseExcess(request);
      if (selection.kind === 'none') return 'parsed';
      const plan =
        selection.kind === 'service'
          ? registry.servicePlan(project, selection.featureService)
          : registry.listPlan(project, selection.features);
      const { native } = plannedFeastRequest(plan, request);
      const { rows } = entityKeysOf(plan, native, MAX_ROWS);
      requestDataOf(plan, native.data, native.keys, rows);
      return 'answerable';
    } catch (error) {
      return refusalOrThrow(error, 'parsed');
    }
  };
}

/** A mistake of the caller's is a good answer; anything else must never happen. */
function refusalOrThrow(error: unknown, outcome: string): string {
  if (error instanceof ForebayError && (error.reason === 'invalid_request' || error.reason === 'not_found'))
    return outcome;
  throw error;
}

/** Parsed as another decoder does, or refused as `invalid_request`; and then answered, or refused with a reason of the caller's. */
export function feastRequestTarget(): FuzzTarget {
  const other = independentDecoder();
  const check = checker();
  return {
    name: 'feast request',
    share: 1,
    corpus: REQUESTS.map((request) => other.serialize(request)),
    run(bytes) {
      let request: FeastRequest;
      try {
        request = readFeastRequest(bytes);
      } catch (error) {
        return refusalOrThrow(error, 'refused');
      }
      const columns = [...request.entities, ...request.requestContext];
      // within values that no request can have, we do not look
      const isUnread = columns.some(({ values }) => values.some(({ kind }) => kind === 'other'));
      let decoded: Decoded;
      try {
        decoded = other.deserialize(Buffer.from(bytes));
      } catch (error) {
        // protobufjs stumbles over map entries without a value
        if (isUnread || error instanceof TypeError) return check(request);
        throw error;
      }
      if (
        !sameColumns(request.entities, decoded.entities) ||
        !sameColumns(request.requestContext, decoded.request_context)
      )
        throw new Error(`read as ${text(columns)}, and by protobufjs as ${text(decoded)}`);
      return check(request);
    },
  };
}

/** Read if JSON.parse reads it, or a mistake of its form. */
export function feastJsonTarget(): FuzzTarget {
  const check = checker();
  return {
    name: 'feast JSON',
    share: 1,
    corpus: JSON_REQUESTS.map((body) => Buffer.from(body)),
    run(bytes) {
      const body = Buffer.from(bytes).toString();
      let request: ReturnType<typeof readJsonRequest>;
      try {
        request = readJsonRequest(body);
      } catch (error) {
        return refusalOrThrow(error, 'refused');
      }
      if (!('selection' in request)) {
        if (request.length === 0) throw new Error('a mistake without a mistake');
        return `mistake ${request[0]?.type}`;
      }
      JSON.parse(body); // throws if another parser does not take it for JSON
      return check(request);
    },
  };
}

const text = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
