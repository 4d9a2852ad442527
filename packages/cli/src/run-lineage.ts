import { randomUUID } from 'node:crypto';
import { LINEAGE_PRODUCER, type LineageDatasets, type LineagePlaces } from '@forebay/definitions';
import { type LineageEventType, LineageSender, lineagePlaces, runEvent } from '@forebay/service-kit';
import type { CommandContext } from './context';

/** How long the command waits for its events to be taken when all is done. */
const SEND_WITHIN_MS = 3_000;

interface LineageWork {
  /** `apply` */
  readonly kind: string;
  /** `shop` */
  readonly name: string;
  readonly datasets: (places: LineagePlaces) => LineageDatasets;
}

/** Tells of work that the command does itself as an OpenLineage run, if somebody wants to know; whether it is taken changes nothing of it. */
export async function withLineage<T>(
  { configuration, output }: Pick<CommandContext, 'configuration' | 'output'>,
  { kind, name, datasets }: LineageWork,
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
  const terms = {
    namespace,
    job: `${kind} ${name}`,
    kind,
    processing: 'BATCH',
    run: `${kind}/${randomUUID()}`,
    producer: LINEAGE_PRODUCER,
    ...datasets(lineagePlaces(configuration)),
  } as const;
  const tell = (type: LineageEventType, error: string | null = null) =>
    sender.send(runEvent({ ...terms, type, error, atMs: Date.now() }));
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
