/** The project `rides`, its values in a Redis of its own, and the service that serves it to Feast's clients. */
import {
  compileTableView,
  encodeTableCells,
  encodeTableValue,
  firstTickOf,
  type TableCellValue,
} from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { RegistrySnapshot } from '@forebay/definitions';
import {
  advanceTableMarker,
  connectRedis,
  type RedisConnection,
  TableWriter,
  writeBatchReceipt,
} from '@forebay/online-store';
import { type Event, type RunningService, Seeder, startService } from '../integration/serving-fixture';
import { useOwnRedis } from '../support/stack';
import { ridesRegistry } from './rides-project';

/** Half past noon, so that hours and windows have something on both sides. */
export const T = Date.UTC(2026, 4, 4, 12, 30);
const CUT = Date.UTC(2026, 4, 4, 10);
const ALWAYS = Number.NEGATIVE_INFINITY;
/** Beyond 2^53, which a double has no room for. */
export const BIG = 2n ** 60n + 1n;
/** Drivers with a number of a kind: with rides and a profile, without, with an old profile. */
export const DRIVER = 1001;
export const UNKNOWN_DRIVER = 4040;
export const OLD_DRIVER = 1002;
/** Of the old profile. */
export const OLD_MS = T - 2 * DAY_MS;
/** Of the profile; with milliseconds, which Feast's timestamps of values have no room for. */
export const PROFILE_MS = T - HOUR_MS - 250;

const ride = (at: number, rest: Event = {}): Event => ({
  at,
  driver_id: DRIVER,
  city: 'Zürich',
  bay: 3,
  covered: true,
  fare: 12.5,
  passengers: 2,
  receipt: BIG,
  tipped: true,
  ended: at + MINUTE_MS,
  ...rest,
});

export interface RidesService {
  readonly service: RunningService;
  readonly redisUrl: string;
}

/** A service of what is in a Redis, whose clock stands at T. */
export function startRides(options: Parameters<typeof startService>[0]): Promise<RunningService> {
  return startService({ clock: () => T, feastHttpPort: 0, defaultDeadlineMs: 5_000, ...options });
}

/** Started before the tests of a file. */
export function useRides(): RidesService {
  let connection: RedisConnection;
  const rides = {} as { service: RunningService; redisUrl: string };
  // Before the server stops: hooks run in the order in which they stand.
  afterAll(async () => {
    await rides.service.stop();
    await connection.close();
  });
  const redis = useOwnRedis();
  beforeAll(async () => {
    connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
    const registry = ridesRegistry();
    const seeder = new Seeder(connection, registry);
    await seeder.apply();
    await seedRides(seeder);
    await seedProfiles(connection, registry);
    rides.redisUrl = redis.url;
    rides.service = await startRides({ redisUrl: redis.url });
  });
  return rides;
}

async function seedRides(seeder: Seeder): Promise<void> {
  const key = String(DRIVER);
  const run = { cutMs: CUT, runClockMs: CUT + 2 * HOUR_MS, coverageFromMs: ALWAYS };
  const old = [ride(T - 20 * DAY_MS), ride(T - 3 * HOUR_MS, { fare: 0.1, city: 'Bern', bay: 4 })];
  const recent = [
    ride(T - 30 * MINUTE_MS, { fare: 20, tipped: false, receipt: 7 }),
    ride(T - 2 * MINUTE_MS, { fare: 7.5 }),
  ];
  await seeder.batch('driver_stats', run, { [key]: old });
  await seeder.stream('driver_stats', key, recent, T - SECOND_MS);
  await seeder.stream('driver_stats@2', key, recent, T - SECOND_MS);
  await seeder.stream('beat_stats', `${key}.Zürich`, recent, T - SECOND_MS);
  await seeder.stream('bay_stats', '3.true', recent, T - SECOND_MS);
  for (const view of ['driver_stats', 'driver_stats@2', 'beat_stats', 'bay_stats']) {
    await seeder.streamRuns(view, T - SECOND_MS);
  }
  const tick = { cutMs: T - 10 * MINUTE_MS, runClockMs: T - 8 * MINUTE_MS, coverageFromMs: ALWAYS };
  await seeder.batch('habits', tick, { [key]: old });
}

async function seedProfiles(connection: RedisConnection, registry: RegistrySnapshot): Promise<void> {
  const [project] = registry.projects;
  const view = project?.tableViews[0];
  const source = project?.tableSources[0];
  if (view === undefined || source === undefined) throw new Error('no table view');
  const layout = compileTableView(view, source);
  const value = (eventTimeMs: number, cells: readonly (TableCellValue | null)[]) =>
    encodeTableValue(
      [
        {
          validFromMs: firstTickOf(view.schedule, eventTimeMs, eventTimeMs),
          eventTimeMs,
          knownAtMs: eventTimeMs,
          cells: encodeTableCells(layout, cells),
        },
      ],
      false,
    );
  const writer = new TableWriter(connection, {
    viewId: view.id,
    keepMs: null,
    replacesUpToMs: null,
  });
  const since = Date.UTC(2020, 0, 1) + 1;
  const profile: readonly TableCellValue[] = [5, 2, BIG, 'Chur', 1, since, ['de', 'rm'], [0.5, -1, 0.1]];
  await writer.write(String(DRIVER), Buffer.from(value(PROFILE_MS, profile)));
  await writer.write(String(OLD_DRIVER), Buffer.from(value(OLD_MS, profile)));
  await writer.write(
    '1003',
    Buffer.from(
      value(
        PROFILE_MS,
        profile.map(() => null),
      ),
    ),
  );
  await writer.finish();
  const run = { name: 'profiles', chunks: 1, baseMs: null };
  const receipt = { bucket: 0, viewId: view.id, run: run.name, chunk: 0, values: 3 };
  await writeBatchReceipt(connection, receipt, 600_000);
  const marker = { tickMs: T - MINUTE_MS, runClockMs: T - 10 * SECOND_MS, digest: { rows: 3, hash: 1n } };
  await advanceTableMarker(connection, 0, view.id, { ...run, marker });
}
