/** The named examples, on the paths that need no server; `test/integration/parity-sql.test.ts` runs them on the others. */

import { exampleText } from '../run/example-text';
import { compareHere } from '../support/compare-scene';
import { describeComparison } from '../support/comparison';
import { NAMED_EXAMPLES } from './named-examples';

describe('named examples equal the oracle', () => {
  it.each(Object.entries(NAMED_EXAMPLES))('%s', (_name, each) => {
    const comparisons = compareHere(each);
    expect(comparisons.length).toBeGreaterThan(0);
    expect(comparisons.some(({ status }) => status !== 'NOT_FOUND')).toBe(true);
    expect(comparisons.filter(({ difference }) => difference === null).map(describeComparison)).toEqual([]);
  });

  it('are told as the text that makes them', () => {
    const [first] = Object.values(NAMED_EXAMPLES);
    expect(exampleText(first as (typeof NAMED_EXAMPLES)[string])).toMatch(/^exampleCase\(\{\n {2}view: \{/);
  });
});
