/** The example with a model in Python, as a person runs it. */
import { runExample } from '../support/example-run';

const WITHIN_MS = 600_000;

describe('the model server', () => {
  test(
    'serves the values that its model was trained on, and predicts better than chance',
    async () => {
      const { code, output } = await runExample('model-server/run.mjs');
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringContaining(
          '5,600 values served and in a training set of the same instant: 0 differ',
        ),
      });
      expect(Number(/^AUC +([\d.]+)/m.exec(output)?.[1])).toBeGreaterThan(0.7);
      expect(output).not.toContain('degraded');
    },
    WITHIN_MS,
  );
});
