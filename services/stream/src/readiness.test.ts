import { ForebayError } from '@forebay/contract';
import type { Logger } from '@forebay/service-kit';
import { Readiness, STORE_WAIT_MS } from './readiness';

const RECORDS = [{ value: Buffer.from('x'), offset: 0, timestampMs: 0 }];

function readiness(
  lookups: readonly (Promise<void> | null)[],
  { room = true, stepMs = 0, enrichment = null as { viewsAnswer: () => Promise<boolean> } | null } = {},
) {
  const logged: string[] = [];
  let failures = 0;
  let asked = 0;
  let nowMs = 0;
  const paused: number[] = [];
  const archive = { hasRoom: room };
  const ready = new Readiness({
    name: 'payments',
    reader: { prepare: () => lookups[asked++] ?? null },
    archiver: { room: async () => archive.hasRoom },
    enrichment,
    topic: {
      pause: (partition) => void paused.push(partition),
      resume: (partition) => void paused.splice(paused.indexOf(partition), 1),
    },
    metrics: { schemaLookupFailed: () => void failures++ },
    logger: {
      error: (_: object, message: string) => void logged.push(message),
      warn: (message: string) => void logged.push(message),
      info: (message: string) => void logged.push(message),
    } as unknown as Logger,
    clock: () => {
      nowMs += stepMs;
      return nowMs;
    },
  });
  return { ready, logged, asked: () => asked, failures: () => failures, paused, archive };
}

const away = () => {
  const failing = Promise.reject(new ForebayError('unavailable', 'schema registry at r: refused'));
  failing.catch(() => undefined);
  return failing;
};
const open = () => new AbortController().signal;

describe('Readiness', () => {
  it('is there at once where nothing is to be looked up', async () => {
    const { ready, asked } = readiness([null]);
    expect(await ready.of(0, RECORDS, open())).toBe(true);
    expect(asked()).toBe(1);
  });

  it('asks for no schema while the archive has no room', async () => {
    const { ready, asked } = readiness([null], { room: false });
    expect(await ready.of(0, RECORDS, open())).toBe(false);
    expect(asked()).toBe(0);
  });

  it('pauses partitions while the archive has no room, and lets them go on when it has', async () => {
    const { ready, paused, archive } = readiness([null], { room: false });
    await ready.of(3, RECORDS, open());
    await ready.of(1, RECORDS, open());
    await ready.lookAgain(open());
    expect(paused).toEqual([3, 1]);
    archive.hasRoom = true;
    await ready.lookAgain(open());
    expect(paused).toEqual([]);
    expect(await ready.of(3, RECORDS, open())).toBe(true);
    expect(paused).toEqual([]);
  });

  it('waits for work on records that ends in time', async () => {
    const { ready, paused } = readiness([null]);
    expect(await ready.inTime(0, Promise.resolve())).toBe(true);
    expect(paused).toEqual([]);
  });

  describe('when the store does not keep up', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('gives records of all partitions back, and lets them go on when the work has ended', async () => {
      const { ready, paused, logged, asked } = readiness([null, null]);
      let end = () => {};
      const work = new Promise<void>((resolve) => {
        end = resolve;
      });
      const inTime = ready.inTime(2, work);
      await jest.advanceTimersByTimeAsync(STORE_WAIT_MS);
      expect(await inTime).toBe(false);
      expect(await ready.of(5, RECORDS, open())).toBe(false);
      expect(asked()).toBe(0);
      await ready.lookAgain(open());
      expect(paused).toEqual([2, 5]);
      end();
      await work;
      await ready.lookAgain(open());
      expect(paused).toEqual([]);
      expect(await ready.of(5, RECORDS, open())).toBe(true);
      expect(logged).toEqual([
        'source "payments": reading stands, as redis does not take what was read',
        'source "payments": redis keeps up again, reading goes on',
      ]);
    });

    it('lets records that nobody waits for wait', async () => {
      const { ready, paused } = readiness([null]);
      const inTime = ready.inTime(2, new Promise<void>(() => {}));
      await jest.advanceTimersByTimeAsync(STORE_WAIT_MS);
      await inTime;
      expect(await ready.of(7, RECORDS, open(), true)).toBe(true);
      expect(paused).toEqual([2]);
    });
  });

  it('gives records back while views that they are looked up in do not answer', async () => {
    let answers = false;
    const { ready, paused } = readiness([null, null], {
      enrichment: { viewsAnswer: async () => answers },
    });
    expect(await ready.of(2, RECORDS, open())).toBe(false);
    expect(paused).toEqual([2]);
    answers = true;
    expect(await ready.of(2, RECORDS, open())).toBe(true);
  });

  it('asks again, meters and says so, until the registry answers', async () => {
    const { ready, logged, failures } = readiness([away(), away(), Promise.resolve()]);
    expect(await ready.of(0, RECORDS, open())).toBe(true);
    expect(failures()).toBe(2);
    expect(logged[0]).toBe(
      'source "payments": reading stands, as schemas cannot be looked up: schema registry at r: refused',
    );
  });

  it('gives records back after a while, and when it is to stop', async () => {
    const slow = readiness([away(), away()], { stepMs: 3_000 });
    expect(await slow.ready.of(0, RECORDS, open())).toBe(false);
    expect(slow.failures()).toBe(2);
    const stopped = new AbortController();
    stopped.abort();
    expect(await readiness([away()]).ready.of(0, RECORDS, stopped.signal)).toBe(false);
  });
});
