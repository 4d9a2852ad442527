/**
 * Payments with fields that are looked up. What these are depends on when: so values must be what the archive's fields give, which never
 * change; none of them has more declines than any window before the payment; and where the declines were there in time, they are the
 * oracle's.
 */
import type { EventSource } from '@forebay/definitions';
import type { Random } from '@forebay/testkit';
import type { Installation } from '../../../support/installation';
import { type Fields, Truth } from '../../../support/truth';
import { positionOf } from '../archive-comparison';
import type { ContentKind, ContentTerms, EventPlace, NewEvents, ProbedScene, SceneContent } from './content';
import { EXACT_WITHIN_MS, enrichedProject } from './enriched-project';
import { USERS } from './orders';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const KAFKA_LOG = 8_192;
const MERCHANTS = 6;
/** Payments are much younger than look-ups are exact. */
const PROBED_REACH_MS = EXACT_WITHIN_MS / 4;
const PROBED = 100;

type Payment = Fields & { readonly time: number; readonly merchant: number };

/** As the archive has them. */
interface LookedUp {
  readonly recent: number | null;
  readonly sure: number | null;
}

type Declined = { readonly [Field in keyof LookedUp]: number };

class EnrichedContent implements SceneContent {
  readonly copies = 'none';
  readonly #payments: EventSource;
  readonly #declines: Truth;
  /** By merchant, the times. */
  readonly #declined = new Map<number, number[]>();
  readonly #sent = new Map<string, Payment>();
  readonly #fields = new Map<string, LookedUp>();
  /** What they must be, by position, where all declines were there before. */
  readonly #exact = new Map<string, Declined>();
  readonly #changed: string[] = [];
  #areDeclinesThere = false;

  constructor(
    private readonly installation: Installation,
    private readonly random: Random,
  ) {
    const [payments, declines] = installation.project.eventSources as [EventSource, EventSource];
    this.#payments = payments;
    this.#declines = new Truth(declines);
  }

  take(n: number, terms: ContentTerms): readonly NewEvents[] {
    const declines = Math.ceil(n / 3);
    return [this.#takeDeclines(declines, terms), this.#takePayments(n - declines, terms)];
  }

  #time({ nowMs, reachMs }: Pick<ContentTerms, 'nowMs' | 'reachMs'>): number {
    return nowMs - reachMs + this.random.integer(reachMs);
  }

  #takeDeclines(n: number, terms: Pick<ContentTerms, 'nowMs' | 'reachMs'>): NewEvents {
    const events = Array.from({ length: n }, () => ({
      time: this.#time(terms),
      merchant: this.random.integer(MERCHANTS),
    }));
    return { source: 'declines', key: 'merchant', events };
  }

  #takePayments(n: number, { user, ...terms }: ContentTerms): NewEvents {
    const { random } = this;
    const events = Array.from({ length: n }, () => ({
      time: this.#time(terms),
      user: user ?? random.pick(USERS),
      // one without any decline
      merchant: random.integer(MERCHANTS + 1),
      amount: random.chance(0.05) ? null : random.integer(50_000) / 64,
    }));
    return { source: 'payments', key: 'user', events };
  }

  sent(source: string, event: Fields, { partition, offset }: EventPlace): void {
    if (source === 'declines') {
      this.#declines.sent(event, partition, offset);
      const merchant = event.merchant as number;
      const times = this.#declined.get(merchant) ?? [];
      times.push(event.time as number);
      this.#declined.set(merchant, times);
      return;
    }
    const position = positionOf(partition, offset);
    this.#sent.set(position, event as Payment);
    if (this.#areDeclinesThere) this.#exact.set(position, this.#of(event as Payment));
  }

  async truths(): Promise<ReadonlyMap<string, Truth>> {
    const truth = new Truth(this.#payments);
    const text = await this.installation.sql(
      `SELECT toUInt32(_log - ${KAFKA_LOG}), toUInt64(_offset), recent_declines, sure_declines
       FROM ${this.#payments.table} FINAL WHERE _log >= ${KAFKA_LOG}
       FORMAT JSONCompactEachRow SETTINGS output_format_json_quote_64bit_integers = 0`,
    );
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const [partition, offset, recent, sure] = JSON.parse(line) as [
        number,
        number,
        number | null,
        number | null,
      ];
      const position = positionOf(partition, offset);
      const payment = this.#sent.get(position);
      if (payment === undefined) continue;
      this.#remember(position, { recent, sure });
      truth.sent({ ...payment, recent_declines: recent, sure_declines: sure }, partition, offset);
    }
    return new Map([
      ['risky', truth],
      ['merchants', this.#declines],
    ]);
  }

  #remember(position: string, fields: LookedUp): void {
    const before = this.#fields.get(position);
    if (before === undefined) this.#fields.set(position, fields);
    else if (before.recent !== fields.recent || before.sure !== fields.sure)
      this.#changed.push(
        `payment ${position} was archived with ${JSON.stringify(before)}, and is ${JSON.stringify(fields)} now`,
      );
  }

  findings(): readonly string[] {
    const found = [...this.#changed];
    for (const [position, { recent, sure }] of this.#fields) {
      const exact = this.#exact.get(position);
      const most = exact ?? this.#mostOf(this.#sent.get(position) as Payment);
      const isWrong = (field: number | null, all: number) =>
        exact === undefined ? field !== null && (field < 0 || field > all) : field !== all;
      if (isWrong(recent, most.recent) || isWrong(sure, most.sure))
        found.push(
          `payment ${position} has ${recent} and ${sure} declines; there were ${exact === undefined ? 'at most ' : ''}${JSON.stringify(most)}`,
        );
    }
    return found;
  }

  /** What its fields are over all declines that were sent. */
  #of({ merchant, time }: Payment): Declined {
    const times = this.#declined.get(merchant) ?? [];
    const since = (windowMs: number, hopMs: number) => {
      const fromMs = Math.floor((time - windowMs) / hopMs) * hopMs;
      return times.filter((at) => at >= fromMs && at < time).length;
    };
    return { recent: since(MINUTE_MS, SECOND_MS), sure: since(20 * MINUTE_MS, MINUTE_MS) };
  }

  /** A look-up that comes late finds the value of an earlier instant, of which nothing else is known. */
  #mostOf({ merchant, time }: Payment): Declined {
    const before = (this.#declined.get(merchant) ?? []).filter((at) => at < time).sort((a, b) => a - b);
    const within = (spanMs: number) => {
      let [most, from] = [0, 0];
      for (const [i, at] of before.entries()) {
        while ((before[from] as number) <= at - spanMs) from++;
        most = Math.max(most, i + 1 - from);
      }
      return most;
    };
    return { recent: within(MINUTE_MS + SECOND_MS), sure: within(20 * MINUTE_MS + MINUTE_MS) };
  }

  async probe(scene: ProbedScene): Promise<void> {
    const reachMs = PROBED_REACH_MS;
    await scene.send(this.#takeDeclines(PROBED, { nowMs: Date.now(), reachMs }));
    await scene.readAll();
    this.#areDeclinesThere = true;
    await scene.send(this.#takePayments(PROBED, { nowMs: Date.now(), reachMs, user: null }));
    this.#areDeclinesThere = false;
    // declines that come from now on may be in none of them
    await scene.readAll();
  }
}

export const ENRICHED: ContentKind = {
  declare: enrichedProject,
  fill: (installation, random) => new EnrichedContent(installation, random),
};
