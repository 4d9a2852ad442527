/** The example that the README begins with, as a person runs it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** With servers of its own: topics and tables of the example have fixed names. */
function runDemo(): Promise<{ code: number | null; output: string }> {
  const {
    FOREBAY_KAFKA_BROKERS,
    FOREBAY_REDIS_URL,
    FOREBAY_QUEUE_REDIS_URL,
    FOREBAY_CLICKHOUSE_URL,
    ...environment
  } = process.env;
  const demo = spawn(process.execPath, [join(ROOT, 'examples/flights/demo.mjs')], {
    cwd: ROOT,
    env: environment,
  });
  let output = '';
  demo.stdout.on('data', (chunk) => (output += chunk));
  demo.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => demo.on('close', (code) => resolve({ code, output })));
}

describe('the flights example', () => {
  it('serves every value as the naive recomputation has it, and shows a live event', async () => {
    const { code, output } = await runDemo();
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('107,044 values compared, 0 differ'),
    });
    expect(output).toMatch(/departures of ORD: \d+ → \d+, visible \d+ ms after it was sent/);
  }, 300_000);
});
