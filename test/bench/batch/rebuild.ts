/** All values made anew after Redis has lost everything, while somebody reads: what is served meanwhile is DEGRADED, or right. */
import { EXIT, main } from '@forebay/cli';
import { connect, type FeatureClient, type OnlineFeatures } from '@forebay/client';
import { definitionName } from '@forebay/definitions';
import type { BenchCase } from '../report';
import { until } from '../support/until';
import { PROJECT, SERVICE } from './declared';
import type { BatchInstallation } from './installation';

const SAMPLED = 500;
const DEADLINE_MS = 900_000;
/** Until the stream service is seen to read. */
const FIRST_WITHIN_MS = 30_000;
const POLL_MS = 50;
const SECOND_MS = 1_000;

/** Values of the sampled users, by row; null: a value is DEGRADED. */
type Sampled = readonly (string | null)[];

export async function rebuildCases(installation: BatchInstallation): Promise<BenchCase[]> {
  const { servers, size, project } = installation;
  await installation.worker();
  const { ports } = await installation.start(['serving', 'stream']);
  for (const view of [...project.aggregationViews, ...project.tableViews])
    await installation.materialize(definitionName(view));
  const client = connect({ address: `127.0.0.1:${ports.serving!.grpc}`, deadlineMs: 10_000 });
  try {
    const users = sampledUsers(size.entities);
    const exact = async () => !(await sampled(client, users)).includes(null);
    await until('the values', exact, { everyMs: POLL_MS, deadlineMs: FIRST_WITHIN_MS });
    const before = await sampled(client, users);
    const redis = await servers.redis();
    await redis.client.flushall();
    const from = performance.now();
    const watch = watching(client, users);
    await rebuildAll(installation);
    await until('the values', exact, { everyMs: POLL_MS, deadlineMs: DEADLINE_MS });
    const seconds = (performance.now() - from) / SECOND_MS;
    const reads = await watch.end();
    const after = await sampled(client, users);
    const values = size.entities * (project.aggregationViews.length + project.tableViews.length);
    return casesOf({ seconds, values, ...counted(reads, before, after) });
  } finally {
    client.close();
  }
}

function casesOf(measured: {
  readonly seconds: number;
  readonly values: number;
  readonly degraded: number;
  readonly wrong: number;
}): BenchCase[] {
  const { seconds, values, degraded, wrong } = measured;
  return [
    { case: 'rebuild: of an empty Redis', value: seconds, unit: 's', target: null },
    { case: 'rebuild: values', value: values / seconds, unit: 'values/s', target: null },
    // none at all: nobody looked in time
    { case: 'rebuild: rows read meanwhile, DEGRADED', value: degraded, unit: 'rows', target: { atLeast: 1 } },
    { case: 'rebuild: rows read meanwhile, wrong', value: wrong, unit: 'rows', target: { atMost: 0 } },
  ];
}

function sampledUsers(entities: number): string[] {
  const step = Math.max(1, Math.floor(entities / SAMPLED));
  return Array.from({ length: Math.min(SAMPLED, entities) }, (_, i) => `user-${i * step}`);
}

async function rebuildAll({ environment }: BatchInstallation): Promise<void> {
  let text = '';
  const sink = { write: (part: string) => (text += part) };
  async function* nothing() {}
  const code = await main(
    ['node', 'forebay', 'rebuild', '--all', '--json', '--timeout', `${DEADLINE_MS / SECOND_MS}s`],
    environment,
    { out: sink, err: sink, input: nothing() },
  );
  if (code !== EXIT.ok) throw new Error(text);
}

async function sampled(client: FeatureClient, users: string[]): Promise<Sampled> {
  const answer = await client.getOnlineFeatures({
    project: PROJECT,
    featureService: SERVICE,
    keys: { user: users },
  });
  return users.map((_, row) => rowText(answer, row));
}

function rowText(answer: OnlineFeatures, row: number): string | null {
  const statuses = answer.columns.map((_, column) => answer.status(row, column));
  if (statuses.includes('DEGRADED')) return null;
  return JSON.stringify([statuses, answer.rows[row]]);
}

/** Reads all the time, until it is told to end. */
function watching(client: FeatureClient, users: string[]) {
  let isOn = true;
  const reads: Sampled[] = [];
  const done = (async () => {
    while (isOn) {
      reads.push(await sampled(client, users));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
  done.catch(() => undefined);
  return {
    async end(): Promise<readonly Sampled[]> {
      isOn = false;
      await done;
      return reads;
    },
  };
}

/** Right is what was served before the loss, or after the rebuild: a window's edge may have passed in between. */
function counted(reads: readonly Sampled[], before: Sampled, after: Sampled) {
  let [degraded, wrong] = [0, 0];
  for (const read of reads) {
    for (const [row, values] of read.entries()) {
      if (values === null) degraded++;
      else if (values !== before[row] && values !== after[row]) wrong++;
    }
  }
  return { degraded, wrong };
}
