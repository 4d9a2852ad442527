import { Random } from '@forebay/testkit';

/** Choices of FOREBAY_TEST_SEED, or of a new seed; it is printed, so that a failure can be repeated. */
export function printedRandom(what: string): Random {
  const seed = process.env.FOREBAY_TEST_SEED
    ? Number(process.env.FOREBAY_TEST_SEED)
    : Math.floor(Math.random() * 2 ** 31);
  process.stderr.write(`${what}: FOREBAY_TEST_SEED=${seed}\n`);
  return new Random(seed);
}
