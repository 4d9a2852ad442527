/** The example with a model in Python, as a person runs it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const WITHIN_MS = 600_000;

/** With servers of its own: topics and tables of the example have fixed names. */
function runExample(): Promise<{ code: number | null; output: string }> {
  const {
    FOREBAY_KAFKA_BROKERS,
    FOREBAY_REDIS_URL,
    FOREBAY_QUEUE_REDIS_URL,
    FOREBAY_CLICKHOUSE_URL,
    ...environment
  } = process.env;
  const example = spawn(process.execPath, [join(ROOT, 'examples/model-server/run.mjs')], {
    cwd: ROOT,
    env: environment,
  });
  let output = '';
  example.stdout.on('data', (chunk) => (output += chunk));
  example.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => example.on('close', (code) => resolve({ code, output })));
}

describe('the model server', () => {
  test(
    'serves the values that its model was trained on, and predicts better than chance',
    async () => {
      const { code, output } = await runExample();
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
