import { randomUUID } from 'node:crypto';
import { LINEAGE_PRODUCER, type Project, projectDatasets } from '@forebay/definitions';
import { type LineageEventType, LineageSender, lineagePlace, runEvent } from '@forebay/service-kit';
import type { CommandContext } from './context';

/** How long the command waits for its events to be taken when all is done. */
const SEND_WITHIN_MS = 3_000;

/** Tells of the work as an OpenLineage run, if somebody wants to know; whether they are taken changes nothing of it. */
export async function withApplyLineage<T>(
  { configuration, output }: Pick<CommandContext, 'configuration' | 'output'>,
  project: Project,
  work: () => Promise<T>,
): Promise<T> {
  const { lineageUrl: url, lineageToken: token, lineageNamespace: namespace } = configuration;
  if (url === undefined) return work();
  const sender = new LineageSender({
    url,
    token,
    onOutcome: () => undefined,
    onWarning: (message) => output.warning(message),
  });
  const run = `apply/${randomUUID()}`;
  const datasets = projectDatasets(project, {
    kafka: lineagePlace('kafka', configuration.kafkaBrokers.join(','), 9092),
    clickhouse: lineagePlace('clickhouse', configuration.clickhouseUrl, 8123),
    clickhouseDatabase: configuration.clickhouseDatabase,
    redis: lineagePlace('redis', configuration.redisUrl, 6379),
  });
  const tell = (type: LineageEventType, error: string | null = null) =>
    sender.send(
      runEvent({
        type,
        namespace,
        job: `apply ${project.name}`,
        run,
        atMs: Date.now(),
        producer: LINEAGE_PRODUCER,
        error,
        ...datasets,
      }),
    );
  tell('START');
  try {
    const done = await work();
    tell('COMPLETE');
    return done;
  } catch (thrown) {
    tell('FAIL', (thrown as Error).message);
    throw thrown;
  } finally {
    await sender.close(SEND_WITHIN_MS);
  }
}
