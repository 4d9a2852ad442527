import { lineageRunId } from './lineage-sender';

const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';
const FACETS = 'https://openlineage.io/spec/facets';

export type LineageEventType = 'START' | 'RUNNING' | 'COMPLETE' | 'FAIL' | 'ABORT';

export interface RunEventTerms {
  readonly type: LineageEventType;
  /** Of the installation. */
  readonly namespace: string;
  /** `materialize shop.orders@1` */
  readonly job: string;
  /** What sort of work it is, such as `materialize`. */
  readonly kind: string;
  /** Whether it ends by itself. */
  readonly processing: 'BATCH' | 'STREAMING';
  /** The same for all tries of a run: `materialize/17`. */
  readonly run: string;
  readonly atMs: number;
  readonly producer: string;
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
  /** Why a run failed, or was cancelled. */
  readonly error?: string | null;
}

/** A RunEvent of OpenLineage. */
export function runEvent(terms: RunEventTerms): object {
  const { type, namespace, job, kind, processing, run, atMs, producer, inputs, outputs } = terms;
  const facet = (name: string) => ({ _producer: producer, _schemaURL: `${FACETS}/${name}` });
  const { error = null } = terms;
  const errorMessage = {
    ...facet('1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet'),
    message: error,
    programmingLanguage: 'TypeScript',
  };
  const jobType = {
    ...facet('2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet'),
    processingType: processing,
    integration: 'FOREBAY',
    jobType: kind.toUpperCase(),
  };
  return {
    eventType: type,
    eventTime: new Date(atMs).toISOString(),
    producer,
    schemaURL: SPEC,
    run: {
      runId: lineageRunId(`${namespace}/${run}`),
      ...(error === null ? {} : { facets: { errorMessage } }),
    },
    job: { namespace, name: job, facets: { jobType } },
    inputs,
    outputs,
  };
}
