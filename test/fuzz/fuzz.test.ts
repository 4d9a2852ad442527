import { Random } from '@forebay/testkit';
import { feastJsonTarget, feastRequestTarget } from './feast-requests';
import { type MutationName, mutateOnce } from './mutator';
import { nativeRequestTarget } from './native-request';
import { runTarget } from './run-target';
import { storedClocksTarget } from './stored-clocks';
import { storedValueTargets } from './stored-values';

const INPUTS = 5_000;
/** They change the size of a value, which its counts and lengths then contradict. */
const STRUCTURAL: readonly MutationName[] = [
  'cut off',
  'bytes removed',
  'bytes appended',
  'a number inserted',
];

test.each([
  nativeRequestTarget(),
  feastRequestTarget(),
  feastJsonTarget(),
  storedClocksTarget(),
  ...storedValueTargets(),
])('$name', (target) => {
  const { findings } = runTarget(target, INPUTS * target.share, 1);
  expect(findings).toEqual([]);
});

test.each(storedValueTargets())(
  '$name: bytes lost or added give DEGRADED, never another number',
  (target) => {
    const random = new Random(2);
    for (const mutation of STRUCTURAL) {
      for (let i = 0; i < 100; i++) {
        const input = mutateOnce(mutation, target.corpus[0] as Uint8Array, random, target.corpus);
        expect([mutation, target.run(input)]).not.toEqual([mutation, 'another value']);
      }
    }
  },
);
