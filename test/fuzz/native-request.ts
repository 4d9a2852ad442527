/** The decoder of GetOnlineFeaturesRequest, and the checks behind it, on bytes that anybody may send. */
import { encodeMessage, ForebayError, type MessageInput } from '@forebay/contract';
import {
  AppliedRegistry,
  entityKeysOf,
  type OnlineFeaturesRequest,
  readOnlineFeaturesRequest,
  requestDataOf,
} from '@forebay/service-serving';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { flightsRegistry } from '../integration/serving-project';
import { shopRegistry } from '../integration/serving-shop';
import type { FuzzTarget } from './run-target';

const MAX_ROWS = 1_000;

const REQUESTS: readonly MessageInput<'GetOnlineFeaturesRequest'>[] = [
  {
    project: 'flights',
    feature_service: 'delays@2',
    keys: [{ join_key: 'airport', strings: ['ORD', '', 'Zürich', 'a.b'] }],
    include_layout: true,
  },
  {
    project: 'flights',
    feature_service: 'trip',
    keys: [
      { join_key: 'airport', strings: ['ORD', 'ATL'] },
      { join_key: 'destination', strings: ['LAX', '日本'] },
    ],
    include_view_times: true,
  },
  {
    project: 'flights',
    feature_service: 'plane',
    keys: [{ join_key: 'plane', integers: ['9007199254740993', -5, 0, '-9223372036854775808'] }],
  },
  {
    project: 'flights',
    feature_service: 'gate',
    keys: [
      { join_key: 'gate', integers: [1, -2147483648] },
      { join_key: 'domestic', booleans: [true, false] },
    ],
  },
  {
    project: 'flights',
    features: {
      features: [
        { view: 'departures', version: 0, feature: 'flights_1h' },
        { view: 'routes', version: 1, feature: 'route_delay_1d' },
      ],
    },
    keys: [{ join_key: 'airport', strings: ['ORD'] }],
  },
  {
    project: 'shop',
    feature_service: 'verdict',
    keys: [{ join_key: 'customer', integers: [7, 8] }],
    request: [
      { name: 'amount', doubles: [0.5, 1e300] },
      { name: 'country', strings: ['CH', ''], nulls: [1] },
      { name: 'id', integers: ['9007199254740993'] },
      { name: 'both', integers: [1], booleans: [true] },
    ],
  },
];

/** What `protobufjs` reads: another decoder, of the same contract. */
type Decoded = Record<string, unknown>;

function independentDecoder(): MessageTypeDefinition<object, Decoded> {
  const definition = loadSync('forebay/v1/feature_service.proto', {
    includeDirs: ['proto'],
    keepCase: true,
    longs: String,
    defaults: true,
    arrays: true,
  });
  return definition['forebay.v1.GetOnlineFeaturesRequest'] as MessageTypeDefinition<object, Decoded>;
}

interface Column {
  readonly strings: readonly string[];
  readonly integers: readonly string[];
  readonly booleans: readonly boolean[];
  readonly doubles?: readonly number[];
}

/** A column as our decoder gives it. */
function givenColumn(column: Column) {
  const lists = {
    strings: column.strings,
    integers: column.integers.map((text) => {
      const value = Number(text);
      return Number.isSafeInteger(value) ? value : BigInt(text);
    }),
    booleans: column.booleans,
    ...(column.doubles === undefined ? {} : { doubles: column.doubles }),
  };
  const filled = Object.entries(lists).filter(([, values]) => values.length > 0);
  const [first] = filled;
  if (first === undefined) return { kind: 'none', values: [] };
  return filled.length > 1 ? { kind: 'several', values: [] } : { kind: first[0], values: first[1] };
}

function expected(decoded: Decoded): Omit<OnlineFeaturesRequest, 'selection'> {
  const keys = decoded.keys as (Column & { join_key: string })[];
  const request = decoded.request as (Column & { name: string; nulls: number[] })[];
  return {
    project: decoded.project,
    keys: keys.map((column) => ({ joinKey: column.join_key, ...givenColumn(column) })),
    includeLayout: decoded.include_layout,
    includeViewTimes: decoded.include_view_times,
    data: request.map((column) => ({ name: column.name, nulls: column.nulls, ...givenColumn(column) })),
  } as unknown as Omit<OnlineFeaturesRequest, 'selection'>;
}

const text = (value: unknown) =>
  JSON.stringify(value, (_, part) => {
    if (typeof part === 'bigint') return `${part}n`;
    // JSON has neither
    return typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))
      ? `number ${Object.is(part, -0) ? '-0' : part}`
      : part;
  });

/** Property order does not matter. */
function comparable({
  project,
  keys,
  includeLayout,
  includeViewTimes,
  data,
}: Omit<OnlineFeaturesRequest, 'selection'>) {
  return text([
    project,
    includeLayout,
    includeViewTimes,
    keys.map(({ joinKey, kind, values }) => [joinKey, kind, values]),
    data.map(({ name, nulls, kind, values }) => [name, nulls, kind, values]),
  ]);
}

function sameSelection(ours: OnlineFeaturesRequest['selection'], decoded: Decoded): boolean {
  const list = decoded.features as { features: object[] } | null | undefined;
  if (ours.kind === 'none') return !decoded.feature_service && !list;
  // of several members of a oneof the last one counts; protobufjs keeps all
  if (ours.kind === 'service') return ours.featureService === decoded.feature_service;
  const theirs = (list?.features ?? []) as { view: string; version: number; feature: string }[];
  const shape = (all: readonly { view: string; version: number; feature: string }[]) =>
    text(all.map(({ view, version, feature }) => [view, version, feature]));
  return shape(ours.features) === shape(theirs);
}

/** Parsed as another decoder does, or refused as `invalid_request`; and then answered, or refused with a reason of the caller's. */
export function nativeRequestTarget(): FuzzTarget {
  const other = independentDecoder();
  const registries = [flightsRegistry(), shopRegistry()].map((snapshot) => new AppliedRegistry(snapshot));
  const read = (bytes: Uint8Array): OnlineFeaturesRequest | null => {
    try {
      return readOnlineFeaturesRequest(bytes);
    } catch (error) {
      if (error instanceof ForebayError && error.reason === 'invalid_request') return null;
      throw error;
    }
  };
  const check = (request: OnlineFeaturesRequest): string => {
    const { selection, project } = request;
    const registry = registries[project === 'flights' ? 0 : 1] as AppliedRegistry;
    try {
      if (selection.kind === 'none') return 'parsed';
      const plan =
        selection.kind === 'service'
          ? registry.servicePlan(project, selection.featureService)
          : registry.listPlan(project, selection.features);
      const keys = entityKeysOf(plan, request, MAX_ROWS);
      requestDataOf(plan, request.data, request.keys, keys.rows);
      return 'answerable';
    } catch (error) {
      const { reason } = ForebayError.from(error);
      if (reason === 'invalid_request' || reason === 'not_found') return 'parsed';
      throw error;
    }
  };
  return {
    name: 'native request',
    share: 1,
    corpus: REQUESTS.map((request) => encodeMessage('GetOnlineFeaturesRequest', request)),
    run(bytes) {
      const request = read(bytes);
      if (request === null) return 'refused';
      const decoded = other.deserialize(Buffer.from(bytes));
      if (
        comparable(request) !== comparable(expected(decoded)) ||
        !sameSelection(request.selection, decoded)
      ) {
        throw new Error(`read as ${text(request)}, and by protobufjs as ${text(decoded)}`);
      }
      return check(request);
    },
  };
}
