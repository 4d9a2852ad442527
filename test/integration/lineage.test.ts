import { Installation } from '../support/installation';
import { lineageReceiver, type ReceivedEvent } from '../support/lineage-receiver';
import { HISTORY_ENDS_MS, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('lineage');

test('a materialize run is told as START, RUNNING and COMPLETE of one run, with datasets, schema and columns', async () => {
  const receiver = await lineageReceiver([500]);
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments'), partitions: 1 }),
  );
  try {
    await installation.start('stream');
    const untilMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
    await installation.load(randomPayments(random, 500, untilMs - 60 * MINUTE_MS, untilMs - 1), untilMs);
    await installation.start('batch', {
      FOREBAY_LINEAGE_URL: receiver.url,
      FOREBAY_LINEAGE_NAMESPACE: 'test',
      FOREBAY_BATCH_VERIFY_EVERY: '0ms',
    });
    const view = installation.view('by_account');
    await installation.materialize(view.name);
    const typesOf = (events: readonly ReceivedEvent[]) => events.map(({ eventType }) => eventType);
    await waitFor(() => typesOf(receiver.events).includes('COMPLETE'), {
      deadlineMs: 20_000,
      message: 'the end of the run is told',
    });
    const { events } = receiver;
    expect(typesOf(events)[0]).toBe('START');
    expect(typesOf(events).slice(1, -1)).toEqual(Array(events.length - 2).fill('RUNNING'));
    expect(typesOf(events).at(-1)).toBe('COMPLETE');
    expect(new Set(events.map(({ run }) => run.runId)).size).toBe(1);
    const last = events.at(-1);
    expect(last.job).toEqual({
      namespace: 'test',
      name: `materialize ${installation.project.name}.by_account@1`,
    });
    const archive = {
      namespace: `clickhouse://${new URL(clickhouseUrl).host}`,
      name: `${installation.database}.${installation.source.table}`,
    };
    expect(last.inputs).toEqual([expect.objectContaining(archive)]);
    const [output] = last.outputs;
    expect(output.namespace).toBe(`redis://${new URL(redisUrl).host}`);
    expect(output.name).toBe(`${installation.project.name}.by_account@1`);
    const names = view.features.map(({ name }) => name);
    expect(output.facets.schema.fields.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(Object.keys(output.facets.columnLineage.fields)).toEqual(names);
    const fields = new Set(installation.source.fields.map(({ name }) => name));
    for (const { inputFields } of Object.values<ReceivedEvent>(output.facets.columnLineage.fields))
      for (const { field, ...of } of inputFields) {
        expect(of).toEqual(archive);
        expect(fields.has(field)).toBe(true);
      }
  } finally {
    await installation.close();
    await receiver.close();
  }
});
