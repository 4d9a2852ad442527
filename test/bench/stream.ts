/**
 * What an event costs the stream service, as ratios to the least that a consumer in Node does. `--short` (a run for CI), `--rounds N`,
 * `--only TEXT` (cases of catching up whose names hold it, and nothing else), `--node OPTIONS` (of Node, for the loop: `--cpu-prof`).
 */
import { parseArgs } from 'node:util';
import { type BenchCase, reportBench } from './report';
import { type CatchingUp, catchUp } from './stream/catching-up';
import { withStream } from './stream/installation';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
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
  await withStream(async (installation) => {
    report.push(...(await catchUp(installation, size)));
  });
  reportBench('stream', report);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
