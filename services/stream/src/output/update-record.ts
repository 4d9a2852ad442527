/** Records of a view's output topic (docs/OUTPUTS.md). No I/O. */
import { isFloat64, STATUS, type ViewLayout, type ViewOutput } from '@forebay/algebra';
import { decodeEntityKey, encodeMessage, type MessageInput } from '@forebay/contract';
import {
  type AggregationView,
  type Entity,
  type OutputFormat,
  type OutputTopic,
  typeToMessage,
  type ValueType,
} from '@forebay/definitions';
import { jsonValue, messageValue, valueAt } from './update-value';

const STATUS_NAMES = Object.fromEntries(Object.entries(STATUS).map(([name, number]) => [number, name])) as {
  readonly [number: number]: keyof typeof STATUS;
};

export interface UpdateContext {
  readonly project: string;
  readonly view: AggregationView;
  readonly output: OutputTopic;
  readonly entity: Entity;
  readonly layout: ViewLayout;
}

interface WrittenFeature {
  readonly index: number;
  readonly name: string;
  readonly type: ValueType;
  readonly isNumber: boolean;
}

/** The value of a record: what was folded last, as of the instant, for the entity of an encoded key. */
export type WriteUpdate = (entityKey: string, asOfMs: number, values: ViewOutput) => Buffer;

export function updateWriter(context: UpdateContext): WriteUpdate {
  return WRITERS[context.output.format](context);
}

const WRITERS = { json: jsonWriter, protobuf: protobufWriter } as const satisfies Record<
  OutputFormat,
  (context: UpdateContext) => WriteUpdate
>;

function writtenFeatures({ view, output, layout }: UpdateContext): WrittenFeature[] {
  const chosen = new Set(output.features);
  return view.features.flatMap(({ name, type }, index) =>
    chosen.has(name)
      ? { index, name, type, isNumber: isFloat64(layout.features[index] as ViewLayout['features'][number]) }
      : [],
  );
}

function jsonWriter(context: UpdateContext): WriteUpdate {
  const { project, view, entity } = context;
  const features = writtenFeatures(context).map((feature) => ({
    ...feature,
    label: `${JSON.stringify(feature.name)}:`,
  }));
  const head = JSON.stringify({ project, view: view.name, version: view.version, entity: entity.name }).slice(
    0,
    -1,
  );
  const keyLabels = entity.joinKeys.map(({ name }) => `${JSON.stringify(name)}:`);
  return (entityKey, asOfMs, values) => {
    const texts = decodeEntityKey(entityKey);
    const keys = entity.joinKeys.map(
      ({ type }, i) => `${keyLabels[i]}${type === 'string' ? JSON.stringify(texts[i]) : texts[i]}`,
    );
    let named = '';
    let statuses = '';
    let isDegraded = false;
    for (const { index, type, isNumber, label } of features) {
      named += `${named === '' ? '' : ','}${label}${jsonValue(valueAt(values, index, isNumber), type)}`;
      const status = values.statuses[index] as number;
      isDegraded ||= status === STATUS.DEGRADED;
      if (status !== STATUS.PRESENT)
        statuses += `${statuses === '' ? '' : ','}${label}"${STATUS_NAMES[status]}"`;
    }
    const reason = isDegraded ? `,"degraded_reason":"${values.reason}"` : '';
    return Buffer.from(
      `${head},"keys":{${keys.join()}},"as_of_ms":${asOfMs},"features":{${named}},"statuses":{${statuses}}${reason}}`,
    );
  };
}

function protobufWriter(context: UpdateContext): WriteUpdate {
  const { project, view, entity } = context;
  const features = writtenFeatures(context).map((feature) => ({
    ...feature,
    wire: typeToMessage(feature.type),
  }));
  return (entityKey, asOfMs, values) => {
    let isDegraded = false;
    const written = features.map(({ index, name, type, isNumber, wire }) => {
      const status = values.statuses[index] as number;
      isDegraded ||= status === STATUS.DEGRADED;
      return { name, type: wire, status, ...messageValue(valueAt(values, index, isNumber), type) };
    });
    const message: MessageInput<'FeatureUpdate'> = {
      project,
      view: view.name,
      version: view.version,
      entity: entity.name,
      keys: updatedKeys(entity, entityKey),
      as_of_ms: asOfMs,
      features: written as MessageInput<'UpdatedFeature'>[],
      degraded_reason: isDegraded ? (values.reason ?? '') : '',
    };
    return Buffer.from(encodeMessage('FeatureUpdate', message));
  };
}

function updatedKeys(entity: Entity, entityKey: string): MessageInput<'UpdatedKey'>[] {
  const texts = decodeEntityKey(entityKey);
  return entity.joinKeys.map(({ name, type }, i) => {
    const text = texts[i] as string;
    if (type === 'string') return { name, text };
    return type === 'bool' ? { name, boolean: text === 'true' } : { name, integer: text };
  });
}
