import type { Message, MessageInput } from '@forebay/contract';
import type { AggregationView } from './model';

type Outputs = Pick<AggregationView, 'output' | 'series'>;
type OutputMessages = Pick<MessageInput<'AggregationView'>, 'output' | 'series'>;

/** Nothing where a view declares nothing. */
export function outputsToMessage({ output, series }: Outputs): OutputMessages {
  return {
    ...(output === undefined
      ? {}
      : {
          output: {
            topic: output.topic,
            format: FORMATS[output.format],
            features: [...output.features],
            every_ms: output.everyMs ?? 0,
            partitions: output.partitions,
          },
        }),
    ...(series === undefined
      ? {}
      : {
          series: {
            every_ms: series.everyMs,
            features: [...series.features],
            entities: [...series.entities],
            max_entities: series.maxEntities,
            keep_ms: series.keepMs,
          },
        }),
  };
}

export function outputsFromMessage({ output, series }: Message<'AggregationView'>): Outputs {
  return {
    ...(output
      ? {
          output: {
            topic: output.topic,
            format: output.format === FORMATS.protobuf ? ('protobuf' as const) : ('json' as const),
            features: output.features,
            everyMs: output.every_ms || null,
            partitions: output.partitions,
          },
        }
      : {}),
    ...(series
      ? {
          series: {
            everyMs: series.every_ms,
            features: series.features,
            entities: series.entities,
            maxEntities: series.max_entities,
            keepMs: series.keep_ms,
          },
        }
      : {}),
  };
}

const FORMATS = { json: 'OUTPUT_JSON', protobuf: 'OUTPUT_PROTOBUF' } as const;
