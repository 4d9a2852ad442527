/** A few faults of `npm run faults`, once each; the whole list takes more than an hour. */
import { ALL_FAULTS } from '../faults/all-faults';
import { chooseFaults, runFault } from '../faults/run/run-faults';
import { useOwnStack } from '../support/stack';

const seed = Number(process.env.FOREBAY_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const options = { seed, only: [], times: null, isShort: true } as const;
const own = useOwnStack({ redisPersistence: 'aof' });

test.each(chooseFaults(ALL_FAULTS, options))(`$name leaves no trace (seed ${seed})`, async (fault) => {
  const { told, differences, times, values, archived } = await runFault(own.stack, fault, options);
  expect(told.join('\n')).toBe('');
  expect({ differences, times }).toEqual({ differences: 0, times: fault.shortTimes });
  expect(Math.min(values, archived)).toBeGreaterThan(100);
});
