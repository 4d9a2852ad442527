/** Two topics, whose events are paired, and one of which is searched for sequences. */
import { type EventSource, pairedSourceOf } from '@forebay/definitions';
import type { Random } from '@forebay/testkit';
import type { Installation } from '../../../support/installation';
import { type Fields, Truth } from '../../../support/truth';
import type { ContentKind, ContentTerms, EventPlace, NewEvents, SceneContent } from './content';
import { ImpressionsAndClicks } from './impressions-and-clicks';
import { KnownPairs } from './known-pairs';
import { pairProject } from './pair-project';

class PairContent implements SceneContent {
  readonly copies = 'by key';
  readonly #events: ImpressionsAndClicks;
  readonly #pairs: readonly KnownPairs[];
  readonly #clicks: Truth;

  constructor(
    private readonly installation: Installation,
    private readonly random: Random,
  ) {
    const { project } = installation;
    this.#events = new ImpressionsAndClicks(random);
    this.#pairs = [...project.joinedSources, ...project.sequenceSources].map(
      (definition) => new KnownPairs(pairedSourceOf(project, definition)),
    );
    this.#clicks = new Truth(project.eventSources.find(({ name }) => name === 'clicks') as EventSource);
  }

  /** Now one source is ahead, now the other. */
  take(n: number, terms: ContentTerms): readonly NewEvents[] {
    const half = Math.ceil(n / 2);
    const impressions = { source: 'impressions', key: 'user', events: this.#events.impressions(half, terms) };
    const clicks = { source: 'clicks', key: 'user', events: this.#events.clicks(half, terms) };
    return this.random.chance(0.5) ? [impressions, clicks] : [clicks, impressions];
  }

  sent(source: string, event: Fields, { isCopy }: EventPlace): void {
    // ids tell copies of what is paired, and nothing tells them of the other source
    if (source === 'clicks') this.#clicks.add(event, BigInt(event.id as number));
    if (!isCopy) for (const pairs of this.#pairs) pairs.add(source, event);
  }

  async truths(): Promise<ReadonlyMap<string, Truth>> {
    for (const pairs of this.#pairs) pairs.complete();
    const bySource = new Map(this.#pairs.map(({ source, truth }) => [source.name, truth]));
    return new Map(
      this.installation.project.aggregationViews.map((view) => [
        view.name,
        bySource.get(view.source) ?? this.#clicks,
      ]),
    );
  }
}

export const PAIRS: ContentKind = {
  declare: pairProject,
  fill: (installation, random) => new PairContent(installation, random),
};
