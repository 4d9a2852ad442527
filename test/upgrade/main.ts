/** `npm run test:upgrade`: two versions beside each other on the same servers, under load, in both directions. */
import { parseArgs } from 'node:util';
import { startLocalStack } from '@forebay/local-stack';
import { Random } from '@forebay/testkit';
import { seedOf } from '../faults/run/options';
import type { ServiceVersion } from '../support/service';
import { HOME_DIR } from '../support/stack';
import { defaultRef, otherVersion } from './other-version';
import { report, type Step, wrongOf } from './report';
import { twoCodecs } from './two-codecs';
import { twoVersions } from './two-versions';

interface Options {
  readonly seed: number;
  /** Null: only codecs are tried. */
  readonly other: ServiceVersion | null;
  readonly withCodecs: boolean;
}

const log = (message: string) => process.stderr.write(`${message}\n`);

/** Builds the other version if need be. Throws an Error that says what is wrong. */
function readOptions(): Options {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  const { only } = values;
  if (only !== undefined && only !== 'versions' && only !== 'codecs')
    throw new Error(`--only ${only}: there are "versions" and "codecs"`);
  return {
    seed: seedOf(values.seed),
    other: only === 'codecs' ? null : otherVersion(values.from ?? defaultRef(), log),
    withCodecs: only !== 'versions',
  };
}

async function tryUpgrades({ seed, other, withCodecs }: Options): Promise<boolean> {
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
    if (withCodecs) await twoCodecs(stack, new Random(seed + 1), tell);
  } finally {
    await stack.stop();
  }
  const { lines, ok } = report(steps, other?.name ?? null, seed);
  for (const line of lines) console.log(line);
  return ok;
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
    return;
  }
  if (!(await tryUpgrades(options))) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
