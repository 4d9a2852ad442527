/**
 * What an event costs the stream service, as ratios to the least that a consumer in Node does. `--short` (a run for CI), `--rounds N`,
 * `--long` (memory over ten million events), `--group catching|paced|sizes|memory|freshness` (nothing else), `--only TEXT` (cases of
 * catching up whose names hold it), `--node OPTIONS` (of Node, for the loop, such as `--cpu-prof`).
 */
import { parseArgs } from 'node:util';
import { type BenchCase, reportBench } from './report';
import { type CatchingUp, catchUp } from './stream/catching-up';
import { freshness } from './stream/freshness';
import { type StreamInstallation, withStream } from './stream/installation';
import { paced } from './stream/paced';
import { costsBySize, memoryOver } from './stream/sizes';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      group: { type: 'string' },
      only: { type: 'string', default: '' },
      node: { type: 'string', default: '' },
    },
  });
  const { short, only, node } = values;
  const size: CatchingUp = {
    backlog: short ? { old: 200_000, recent: 200_000 } : { old: 1_000_000, recent: 600_000 },
    rounds: Number(values.rounds ?? (short ? 1 : 3)),
    only,
    node: node.split(' ').filter((option) => option !== ''),
  };
  const report: BenchCase[] = [];
  const long = values.long;
  const groups: Readonly<Record<string, (installation: StreamInstallation) => Promise<BenchCase[]>>> = {
    catching: (installation) => catchUp(installation, size),
    paced: (installation) =>
      paced(installation, {
        ...(short ? { rounds: 1, seconds: 5 } : { rounds: 3, seconds: 15 }),
        node: size.node,
      }),
    sizes: (installation) => costsBySize(installation, size.backlog),
    memory: (installation) => memoryOver(installation, long ? 10_000_000 : short ? 400_000 : 2_000_000),
    freshness: (installation) => freshness(installation, short ? 100 : 500),
  };
  await withStream(async (installation) => {
    for (const [group, measure] of Object.entries(groups)) {
      if (values.group === undefined || values.group === group) report.push(...(await measure(installation)));
    }
  });
  reportBench('stream', report);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
