/**
 * What batch jobs take, as ratios to the least that writing their values takes. `--entities N` (default: a million), `--events N` (of
 * each entity), `--group backfill|materialize|rebuild|verify` (nothing else).
 */
import { parseArgs } from 'node:util';
import { backfillCases } from './batch/backfill';
import { type BatchInstallation, type BatchSize, withBatch } from './batch/installation';
import { materializeCases } from './batch/materialize';
import { rebuildCases } from './batch/rebuild';
import { verifyCases } from './batch/verify';
import { type BenchCase, reportBench } from './report';

const GROUPS: Readonly<Record<string, (installation: BatchInstallation) => Promise<BenchCase[]>>> = {
  // first: with workers of its own, and no other
  backfill: backfillCases,
  materialize: materializeCases,
  rebuild: rebuildCases,
  verify: verifyCases,
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      entities: { type: 'string', default: '1000000' },
      events: { type: 'string', default: '5' },
      group: { type: 'string' },
    },
  });
  const size: BatchSize = { entities: Number(values.entities), eventsOfEach: Number(values.events) };
  const report: BenchCase[] = [];
  await withBatch(size, async (installation) => {
    for (const [group, measure] of Object.entries(GROUPS)) {
      if (values.group === undefined || values.group === group) report.push(...(await measure(installation)));
    }
  });
  reportBench('batch', report);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
