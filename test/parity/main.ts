/** `npm run parity`: so many values of every path beside the oracle's, or mutants of the engine that the comparison must find. */
import { resolve } from 'node:path';
import { startLocalStack } from '@forebay/local-stack';
import { huntMutants, MUTANTS, mutantLines } from './mutants/hunt';
import { mutantReport } from './mutants/mutant-report';
import { type ParityOptions, parityOptions } from './run/options';
import { parityReport } from './run/parity-report';
import { type ParityResult, runParity } from './run/parity-run';
import { withServers } from './support/parity-servers';

const PROGRESS_EVERY_MS = 10_000;
/** Before a mutant counts as not caught. */
const MUTANT_COMPARISONS = 1_000_000;

async function onServers<Result>(
  body: (urls: { readonly clickhouseUrl: string; readonly redisUrl: string }) => Promise<Result>,
): Promise<Result> {
  const stack = await startLocalStack({
    homeDir: resolve(process.cwd(), '.forebay'),
    env: process.env,
    parts: ['redis', 'clickhouse'],
    log: (message) => process.stderr.write(`local stack: ${message}\n`),
  });
  try {
    return await body(stack);
  } finally {
    await stack.stop();
  }
}

function progressTo(wanted: number): (compared: number) => void {
  let toldAt = performance.now();
  return (compared) => {
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = performance.now();
    process.stderr.write(
      `${compared.toLocaleString('en-US')} of ${wanted.toLocaleString('en-US')} compared\n`,
    );
  };
}

async function compareAll(options: ParityOptions): Promise<boolean> {
  console.log(
    `seed ${options.seed}: npm run parity -- --comparisons ${options.comparisons} --seed ${options.seed}`,
  );
  const startedAt = performance.now();
  const onProgress = progressTo(options.comparisons);
  const run = (servers: Parameters<typeof runParity>[1]): Promise<ParityResult> =>
    runParity(options, servers, onProgress);
  const result = options.places.includes('servers')
    ? await onServers((urls) => withServers(urls, run))
    : await run(null);
  const report = parityReport(result, options, (performance.now() - startedAt) / 1000);
  for (const line of report.lines) console.log(line);
  return report.ok;
}

async function huntAll({ seed, only }: ParityOptions): Promise<boolean> {
  const mutants = MUTANTS.filter(({ name }) => only === null || name.includes(only));
  const hunted = await onServers(({ clickhouseUrl, redisUrl }) =>
    huntMutants(process.cwd(), mutants, {
      seed,
      comparisons: MUTANT_COMPARISONS,
      environment: {
        ...process.env,
        FOREBAY_CLICKHOUSE_URL: clickhouseUrl,
        FOREBAY_REDIS_URL: redisUrl,
      },
      onHunted: ({ mutant, caught }) =>
        process.stderr.write(`${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name}\n`),
    }),
  );
  for (const line of mutantLines(hunted)) console.log(line);
  const report = mutantReport(hunted, seed);
  console.log(report.line);
  return report.ok;
}

/** null: they were refused, which is said. */
function optionsOf(args: readonly string[]): ParityOptions | null {
  try {
    return parityOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
    return null;
  }
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  if (options === null) return;
  if (!(await (options.mutants ? huntAll(options) : compareAll(options)))) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
