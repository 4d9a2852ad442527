/** `npm run faults`: what breaks while events are read, and whether any value or the archive shows it afterwards. */
import { ALL_FAULTS } from './all-faults';
import { faultReport } from './run/fault-report';
import { FaultStacks } from './run/fault-stacks';
import { type FaultOptions, faultOptions } from './run/options';
import { chooseFaults, type FaultOutcome, runFault } from './run/run-faults';

async function runAll(options: FaultOptions): Promise<boolean> {
  const faults = chooseFaults(ALL_FAULTS, options);
  const { seed, isShort } = options;
  console.log(`seed ${seed}: npm run faults -- --seed ${seed}${isShort ? ' --short' : ''}`);
  const stacks = new FaultStacks((message) => process.stderr.write(`local stack: ${message}\n`));
  try {
    const outcomes: FaultOutcome[] = [];
    for (const fault of faults) {
      const outcome = await runFault(await stacks.of(fault), fault, options, (tried, of) =>
        process.stderr.write(`${fault.name}: ${tried} of ${of}\n`),
      );
      outcomes.push(outcome);
      const { times, differences, seconds } = outcome;
      process.stderr.write(
        `${fault.name}: ${times} times, ${differences} differences, ${seconds.toFixed(0)} s\n`,
      );
      for (const line of outcome.told) process.stderr.write(`${line}\n`);
    }
    const report = faultReport(outcomes, options);
    for (const line of report.lines) console.log(line);
    return report.ok;
  } finally {
    await stacks.stop();
  }
}

async function main(): Promise<void> {
  let options: FaultOptions;
  try {
    options = faultOptions(process.argv.slice(2));
    chooseFaults(ALL_FAULTS, options);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
    return;
  }
  if (!(await runAll(options))) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
