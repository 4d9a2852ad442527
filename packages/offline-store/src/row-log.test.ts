import { ForebayError } from '@forebay/contract';
import type { OfflineStore } from './client';
import { RowLog, type RowLoss } from './row-log';

const FLUSH_MS = 1_000;

/** A log over a store whose inserts the test decides. */
function logOver(insert: (rows: Buffer, token: string, signal: AbortSignal) => Promise<void>) {
  const inserted: number[] = [];
  const lost: [number, RowLoss][] = [];
  const failures: string[] = [];
  const log = new RowLog({
    table: 't',
    columns: ['a'],
    store: async () =>
      ({
        async insertBytes(
          _query: string,
          bytes: AsyncIterable<Buffer>,
          settings: object,
          signal: AbortSignal,
        ) {
          const chunks: Buffer[] = [];
          for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
          await insert(
            Buffer.concat(chunks),
            (settings as Record<string, string>).insert_deduplication_token ?? '',
            signal,
          );
        },
      }) as unknown as OfflineStore,
    maxBytes: 4_096,
    flushEveryMs: FLUSH_MS,
    onInserted: (rows) => inserted.push(rows),
    onLost: (rows, loss) => lost.push([rows, loss]),
    onFailure: ({ reason }) => failures.push(reason),
  });
  return { log, inserted, lost, failures };
}

const row = (fill: number) => new Uint8Array(100).fill(fill);
const away = () => Promise.reject(new ForebayError('unavailable', 'away'));

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('the log of rows', () => {
  it('inserts rows together after a while, and full blocks at once', async () => {
    const blocks: number[] = [];
    const { log, inserted } = logOver(async (rows) => void blocks.push(rows.length));
    for (let i = 0; i < 3; i++) log.append(row(i));
    await pass(FLUSH_MS - 1);
    expect(blocks).toEqual([]);
    await pass(1);
    expect(blocks).toEqual([300]);
    for (let i = 0; i < 12; i++) log.append(row(i)); // ten fit into a block
    await pass(0);
    expect(blocks).toEqual([300, 1_000]);
    await pass(FLUSH_MS);
    expect(inserted).toEqual([3, 10, 2]);
  });

  it('tries a block again, ever more rarely and under one token, until the server is back', async () => {
    const tokens: string[] = [];
    let isAway = true;
    const { log, inserted, failures } = logOver(async (_, token) => {
      tokens.push(token);
      if (isAway) await away();
    });
    log.append(row(1));
    await pass(FLUSH_MS + 20_000);
    const first = tokens.length;
    expect(first).toBeGreaterThan(4);
    expect(first).toBeLessThan(12);
    await pass(120_000);
    expect(tokens.length - first).toBeLessThan(10);
    isAway = false;
    await pass(30_000);
    expect(inserted).toEqual([1]);
    expect(new Set(tokens).size).toBe(1);
    expect(new Set(failures)).toEqual(new Set(['unavailable']));
  });

  it('counts rows for which there is no room, and goes on', async () => {
    let isAway = true;
    const { log, inserted, lost } = logOver(() => (isAway ? away() : Promise.resolve()));
    const taken = Array.from({ length: 100 }, (_, i) => log.append(row(i))).filter(Boolean).length;
    expect(taken).toBe(40);
    expect(lost).toEqual(new Array(60).fill([1, 'full']));
    isAway = false;
    await pass(60_000);
    expect(inserted.reduce((sum, rows) => sum + rows, 0)).toBe(40);
    expect(log.append(row(1))).toBe(true);
  });

  it('gives up a block that the server refuses again and again, and inserts the next one', async () => {
    let refusals = 0;
    const { log, inserted, lost } = logOver(async (rows) => {
      if (rows[0] === 13) {
        refusals++;
        throw new ForebayError('internal', 'no such column');
      }
    });
    log.append(row(13));
    await pass(FLUSH_MS);
    log.append(row(1));
    await pass(120_000);
    expect(refusals).toBe(6);
    expect(lost).toEqual([[1, 'refused']]);
    expect(inserted).toEqual([1]);
  });

  it('inserts what waits when it is closed, and takes nothing any more', async () => {
    const { log, inserted, lost } = logOver(async () => undefined);
    log.append(row(1));
    await log.close(1_000);
    expect(inserted).toEqual([1]);
    expect(log.append(row(2))).toBe(false);
    expect(lost).toEqual([[1, 'shutdown']]);
  });

  it('closes in time though the server hangs, and counts what is lost', async () => {
    const { log, lost } = logOver(
      (_, _token, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    for (let i = 0; i < 15; i++) log.append(row(i));
    const closed = log.close(1_000);
    await pass(1_000);
    await closed;
    expect(lost).toEqual([
      [10, 'shutdown'],
      [5, 'shutdown'],
    ]);
  });
});
