import { lineageRunId } from './lineage-sender';

const SPEC = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';

export type LineageEventType = 'START' | 'RUNNING' | 'COMPLETE' | 'FAIL' | 'ABORT';

export interface RunEventTerms {
  readonly type: LineageEventType;
  /** Of the installation. */
  readonly namespace: string;
  /** `materialize shop.orders@1` */
  readonly job: string;
  /** The same for all tries of a run: `materialize/17`. */
  readonly run: string;
  readonly atMs: number;
  readonly producer: string;
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
  /** Why a run failed. */
  readonly error?: string | null;
}

/** A RunEvent of OpenLineage. */
export function runEvent(terms: RunEventTerms): object {
  const { type, namespace, job, run, atMs, producer, inputs, outputs, error = null } = terms;
  const errorMessage = {
    _producer: producer,
    _schemaURL:
      'https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet',
    message: error,
    programmingLanguage: 'TypeScript',
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
    job: { namespace, name: job },
    inputs,
    outputs,
  };
}

/** `scheme://host:port` of the first server at the address; no user, no password. */
export function lineagePlace(scheme: string, address: string, port: number): string {
  const bare = address.replace(/^[a-z-]+:\/\//, '').replace(/^.*@/, '');
  const [first = ''] = bare.split(/[,/?]/);
  return `${scheme}://${/:\d+$/.test(first) ? first : `${first}:${port}`}`;
}
