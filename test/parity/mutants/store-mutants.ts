/** Mutants of the scripts that write to Redis. */
import { mutants } from './mutant';

export const STORE_MUTANTS = mutants('online-store', 'servers', {
  'a patch is written one byte too late': [
    'flush-stream-values.lua',
    "call('SETRANGE', key, number, value)",
    "call('SETRANGE', key, number + 1, value)",
  ],
  'an older batch value replaces a newer one': [
    'write-batch-values.lua',
    'write = cut > storedCut or (cut == storedCut and clock >= storedClock)',
    'write = true',
  ],
});
