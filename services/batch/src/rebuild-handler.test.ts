import { messageFromJson } from '@forebay/contract';
import type { JobDetails, JobQueue, JobState } from '@forebay/jobs';
import { RebuildHandler } from './rebuild-handler';

const STARTED_MS = 1_000;
const job = messageFromJson('RebuildJob', { project: 'shop', requested_by: 'ana' });
const plan = messageFromJson('RebuildPlan', { steps: [{ view: 'by_customer', version: 2 }] });
const own = { kind: 'rebuild', id: '7' } as const;

/** A step that materializes a view, whose run is in a state. */
function stepOf(state: JobState, finishedAtMs: number | null = null) {
  const asked: string[] = [];
  const queue: Partial<JobQueue> = {
    addNamed: async (kind, id, input) => {
      asked.push(`${kind}/${id} ${JSON.stringify(input)}`);
      return { kind, id } as never;
    },
    show: async () =>
      ({ state, finishedAtMs, failure: 'no memory', progress: { values: 5, bytes: 80 } }) as JobDetails,
    retry: async ({ kind, id }, by) => {
      asked.push(`${kind}/${id} again, for ${by}`);
    },
  };
  const handler = new RebuildHandler({ queue } as ConstructorParameters<typeof RebuildHandler>[0]);
  const { signal } = new AbortController();
  const context = { signal, job: own, startedAtMs: STARTED_MS, report() {} };
  return { asked, done: handler.runChunk(job, plan, 0, context) };
}

describe('a step with batch values', () => {
  it('queues a run of its own, of all values, and is asked again until that has ended', async () => {
    const { asked, done } = stepOf('running');
    expect(await done).toMatchObject({ kind: 'later' });
    expect(asked).toEqual([
      'materialize/rebuild.7.0 {"project":"shop","view":"by_customer","version":2,"full":true,"requested_by":"ana"}',
    ]);
    expect(await stepOf('completed', STARTED_MS + 1).done).toEqual({
      kind: 'done',
      result: { values: 5, bytes: 80 },
    });
  });

  it('fails with what its run failed with', async () => {
    await expect(stepOf('failed', STARTED_MS + 1).done).rejects.toThrow(
      'materializing view "by_customer@2": no memory; "forebay jobs retry" lets the rebuild go on when it is mended',
    );
  });

  it('lets a run go on that had failed before the rebuild was let go on', async () => {
    const { asked, done } = stepOf('failed', STARTED_MS - 1);
    expect(await done).toMatchObject({ kind: 'later' });
    expect(asked[1]).toBe('materialize/rebuild.7.0 again, for ana');
  });
});
