/** The example that the README begins with, as a person runs it. */
import { runExample } from '../support/example-run';

describe('the flights example', () => {
  it('serves every value as the naive recomputation has it, and shows a live event', async () => {
    const { code, output } = await runExample('flights/demo.mjs');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('107,044 values compared, 0 differ'),
    });
    expect(output).toMatch(/departures of ORD: \d+ → \d+, visible \d+ ms after it was sent/);
  }, 300_000);
});
