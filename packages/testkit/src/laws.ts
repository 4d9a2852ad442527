/**
 * The laws of mergeable states, as one suite of tests that every kind of state instantiates in a line. States are compared
 * by `show`: equal texts for equal states, with doubles rounded where addition is not associative.
 */
import { Random } from './random';

/** A kind of state over inputs: how it is made of them, merged and stored. */
export interface StateKind<Input> {
  readonly generate: (random: Random) => Input;
  /** The encoded state of the inputs, added one after another to an empty state. */
  readonly fold: (inputs: readonly Input[]) => Uint8Array;
  /** The encoded merge of encoded states, in the order given; of none: the empty state. */
  readonly merge: (states: readonly Uint8Array[]) => Uint8Array;
  readonly show: (state: Uint8Array) => string;
}

const ROUNDS = 30;
const MOST_INPUTS = 12;

/** Declares the tests of a kind's laws. The seed stands in the title; `seed` runs it again. */
export function stateLaws<Input>(name: string, kind: StateKind<Input>, seed: number): void {
  const { fold, merge, show } = kind;
  describe(`the state of ${name} (seed ${seed})`, () => {
    const random = new Random(seed);
    const some = () => Array.from({ length: random.integer(MOST_INPUTS) }, () => kind.generate(random));
    const law = (title: string, check: (a: Input[], b: Input[], c: Input[]) => void) =>
      it(title, () => {
        for (let round = 0; round < ROUNDS; round++) check(some(), some(), some());
      });
    const expectSame = (actual: Uint8Array, expected: Uint8Array) => {
      const [found, wanted] = [show(actual), show(expected)];
      if (found !== wanted) expect(found).toBe(wanted);
    };

    law('has an identity: the empty one', (a) => {
      expectSame(merge([fold([]), fold(a)]), fold(a));
      expectSame(merge([fold(a), fold([])]), fold(a));
      expectSame(merge([]), fold([]));
    });
    law('merges associatively', (a, b, c) => {
      expectSame(merge([merge([fold(a), fold(b)]), fold(c)]), merge([fold(a), merge([fold(b), fold(c)])]));
    });
    law('merges commutatively', (a, b) => expectSame(merge([fold(a), fold(b)]), merge([fold(b), fold(a)])));
    law('of joined inputs is the merge of their states', (a, b) =>
      expectSame(fold([...a, ...b]), merge([fold(a), fold(b)])),
    );
    law('does not depend on the order of the inputs', (a) => expectSame(fold(a), fold([...a].reverse())));
    law('comes back from its bytes', (a) => expectSame(merge([merge([fold(a)])]), fold(a)));
    law('shares no memory with what it was made of', (a, b) => {
      const [left, right] = [fold(a), fold(b)];
      const copies = [left.slice(), right.slice()] as const;
      const merged = merge([left, right]);
      const copy = merged.slice();
      expectSame(left, copies[0]);
      expectSame(right, copies[1]);
      merge([right, left, right]);
      left.fill(0xff);
      right.fill(0xff);
      expectSame(merged, copy);
    });
  });
}
