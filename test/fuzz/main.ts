/** `npm run fuzz`: what reads bytes from outside, on changed inputs. The last line is one JSON object for programs. */
import { type BenchCase, reportBench } from '../bench/report';
import { feastJsonTarget, feastRequestTarget } from './feast-requests';
import { nativeRequestTarget } from './native-request';
import { type FuzzResult, type FuzzTarget, runTarget } from './run-target';
import { storedClocksTarget } from './stored-clocks';
import { storedValueTargets } from './stored-values';

const USAGE = 'usage: npm run fuzz -- [--inputs N] [--seed S] [--only TEXT]';
/** Of each target, times its share. */
const DEFAULT_INPUTS = 1_000_000;
/** Of processor time, the collector's included: hundreds of times what an input takes. */
const SLOWEST_MS = 250;
/** Of what is left after a collection, over all inputs but the first tenth. */
const MOST_GROWN_MEGABYTES = 16;

function targets(): FuzzTarget[] {
  return [
    nativeRequestTarget(),
    feastRequestTarget(),
    feastJsonTarget(),
    storedClocksTarget(),
    ...storedValueTargets(),
  ];
}

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly only: string;
}

function optionsOf(args: readonly string[]): Options {
  const options = { inputs: DEFAULT_INPUTS, seed: Math.floor(Math.random() * 2 ** 31), only: '' };
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], args[i + 1]];
    if (value === undefined) throw new Error(`${name} has no value; ${USAGE}`);
    if (name === '--inputs') options.inputs = Number(value);
    else if (name === '--seed') options.seed = Number(value);
    else if (name === '--only') options.only = value;
    else throw new Error(`unknown argument "${name}"; ${USAGE}`);
  }
  if (!Number.isSafeInteger(options.inputs) || options.inputs < 1 || !Number.isSafeInteger(options.seed))
    throw new Error(USAGE);
  return options;
}

function casesOf({ name, inputs, outcomes, slowestMs, grownMegabytes }: FuzzResult): BenchCase[] {
  const findings = outcomes.get('FINDING') ?? 0;
  return [
    { case: `${name}: inputs`, value: inputs, unit: 'inputs', target: null },
    { case: `${name}: findings`, value: findings, unit: 'inputs', target: { atMost: 0 } },
    { case: `${name}: slowest`, value: slowestMs, unit: 'ms', target: { atMost: SLOWEST_MS } },
    ...(grownMegabytes === null
      ? []
      : [
          {
            case: `${name}: memory`,
            value: grownMegabytes,
            unit: 'MB',
            target: { atMost: MOST_GROWN_MEGABYTES },
          },
        ]),
  ];
}

function main(args: readonly string[]): void {
  const { inputs, seed, only } = optionsOf(args);
  console.log(`seed ${seed}: npm run fuzz -- --inputs ${inputs} --seed ${seed}`);
  const cases: BenchCase[] = [];
  for (const target of targets()) {
    if (!target.name.includes(only)) continue;
    const result = runTarget(target, Math.ceil(inputs * target.share), seed);
    const outcomes = [...result.outcomes].map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`);
    console.log(`${target.name}: ${outcomes.join(', ')} (${result.seconds.toFixed(1)} s)`);
    for (const finding of result.findings) console.log(`  ${finding}`);
    cases.push(...casesOf(result));
  }
  reportBench('fuzz', cases);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
