/** The span of what is stored together, linked to the spans that wrote its events. */
import { inSpan, linkOf, type SpanTerms, tracingIsOn } from '@forebay/service-kit';
import type { HeadedRecord } from './replays';

type Links = NonNullable<SpanTerms['links']>;

/** The SDK keeps as many. */
const MAX_LINKS = 128;

export class FlushTrace {
  #links: Links[number][] = [];

  constructor(private readonly source: string) {}

  /** Records were applied that are not stored. Costs one look at a variable where tracing is off. */
  note(records: readonly HeadedRecord[]): void {
    if (!tracingIsOn()) return;
    for (const { headers } of records) {
      if (this.#links.length === MAX_LINKS) return;
      const link = linkOf(headers);
      if (link !== null) this.#links.push(link);
    }
  }

  forget(): void {
    if (this.#links.length > 0) this.#links = [];
  }

  /** Stores what was noted. Without records there is no span: most rounds of an idle source have none. */
  storing<T>(records: number, work: () => Promise<T>): Promise<T> {
    if (records === 0 || !tracingIsOn()) return work();
    const links = this.#links;
    this.#links = [];
    return inSpan(
      `process ${this.source}`,
      {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.batch.message_count': records,
        'forebay.source': this.source,
      },
      work,
      { kind: 'consumer', links },
    );
  }
}
