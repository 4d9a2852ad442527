/** A table of a user's own, beside the orders: seeded rows of the last hours, and of the next ones, which speak when their time has come. */
import type { Random } from '@forebay/testkit';
import type { Installation } from '../../../support/installation';
import { type KeyedRow, TableTruth } from '../../../support/table-truth';

const HOUR_MS = 3_600_000;
const MEMBERS = 800;
const PAST_ROWS = 4_000;
const PAST_MS = 48 * HOUR_MS;
const COMING_ROWS = 6_000;
const COMING_MS = 2 * HOUR_MS;
const PLANS = ['basic', 'gold', '', '東京'];

export class MemberTable {
  readonly truth: TableTruth;
  readonly #rows: readonly KeyedRow[];

  constructor(
    private readonly installation: Installation,
    random: Random,
  ) {
    const nowMs = Date.now();
    const rowAt = (eventTimeMs: number): KeyedRow => ({
      key: `member-${random.integer(MEMBERS)}`,
      eventTimeMs,
      knownAtMs: eventTimeMs,
      values: [
        random.chance(0.1) ? null : random.integer(1_000) - 500,
        random.chance(0.1) ? null : random.pick(PLANS),
        random.integer(1_000) / 8,
      ],
    });
    this.#rows = [
      ...Array.from({ length: PAST_ROWS }, () => rowAt(nowMs - random.integer(PAST_MS))),
      ...Array.from({ length: COMING_ROWS }, () => rowAt(nowMs + random.integer(COMING_MS))),
    ];
    this.truth = new TableTruth(this.#rows);
  }

  /** As a user would. */
  async create(): Promise<void> {
    await this.installation.sql(
      `CREATE TABLE members (user String, at DateTime64(3, 'UTC'), points Nullable(Int32), plan Nullable(String), share Float64)
       ENGINE = MergeTree ORDER BY (user, at)`,
    );
    const store = await this.installation.servers.offline();
    await store.insertRows(
      'members',
      this.#rows.map(({ key: user, eventTimeMs, values: [points, plan, share] }) => ({
        user,
        at: new Date(eventTimeMs).toISOString().replace('T', ' ').slice(0, -1),
        points,
        plan,
        share,
      })),
    );
  }
}
