/** What each source that this process reads flows into, as OpenLineage events: a run is from where it begins to read to where it stops. */
import type { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  type EventSource,
  LINEAGE_PRODUCER,
  type LineagePlaces,
  type Project,
  streamDatasets,
} from '@forebay/definitions';
import { type LineageEventType, type RunEventTerms, runEvent } from '@forebay/service-kit';

export interface StreamLineageTerms {
  readonly sender: { send(event: object): void };
  readonly namespace: string;
  readonly places: LineagePlaces;
  /** This process, among those that read. */
  readonly member: string;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

export interface ReadSource {
  readonly project: Project;
  readonly source: EventSource;
  /** Those with a stream. */
  readonly views: readonly AggregationView[];
}

type Run = Omit<RunEventTerms, 'type' | 'atMs'>;

/** Nothing that goes wrong here reaches the stream. */
export class StreamLineage {
  readonly #runs = new Map<number, Run>();

  constructor(private readonly terms: StreamLineageTerms) {}

  began({ project, source, views }: ReadSource): void {
    const { namespace, places, member, clock, onError } = this.terms;
    const name = `${project.name}.${source.name}`;
    try {
      const run: Run = {
        namespace,
        job: `stream ${name}`,
        kind: 'stream',
        processing: 'STREAMING',
        run: `stream/${name}/${member}/${clock()}`,
        producer: LINEAGE_PRODUCER,
        ...streamDatasets(project, source, views, places),
      };
      this.#runs.set(source.id, run);
      this.#tell('START', run);
      this.#tell('RUNNING', run);
    } catch (thrown) {
      onError(thrown);
    }
  }

  /** @param error null: it was to end */
  ended(id: number, error: ForebayError | null): void {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    if (run === undefined) return;
    if (error === null) this.#tell('COMPLETE', run);
    else this.#tell('FAIL', { ...run, error: error.message });
  }

  #tell(type: LineageEventType, run: Run): void {
    this.terms.sender.send(runEvent({ ...run, type, atMs: this.terms.clock() }));
  }
}
