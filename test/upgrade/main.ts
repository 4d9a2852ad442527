/** `npm run test:upgrade`: two versions beside each other on the same servers, under load, in both directions. */
import { parseArgs } from 'node:util';
import { startLocalStack } from '@forebay/local-stack';
import { Random } from '@forebay/testkit';
import { HOME_DIR } from '../support/stack';
import { defaultRef, otherVersion } from './other-version';
import { report, type Step, wrongOf } from './report';
import { twoCodecs } from './two-codecs';
import { twoVersions } from './two-versions';

const SEEDS = 1_000_000_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * SEEDS) : Number(values.seed);
  const { only } = values;
  if (only !== undefined && only !== 'versions' && only !== 'codecs')
    throw new Error(`--only ${only}: there are "versions" and "codecs"`);
  const log = (message: string) => process.stderr.write(`${message}\n`);
  const other = only === 'codecs' ? null : otherVersion(values.from ?? defaultRef(), log);
  const steps: Step[] = [];
  const tell = (step: Step) => {
    steps.push(step);
    log([step.name, ...wrongOf(step)].join('\n  '));
  };
  const stack = await startLocalStack({
    homeDir: HOME_DIR,
    log: (message) => log(`local stack: ${message}`),
  });
  try {
    if (other !== null) await twoVersions(stack, new Random(seed), other, tell);
    if (only !== 'versions') await twoCodecs(stack, new Random(seed + 1), tell);
  } finally {
    await stack.stop();
  }
  const { lines, ok } = report(steps, other?.name ?? null, seed);
  for (const line of lines) console.log(line);
  if (!ok) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
