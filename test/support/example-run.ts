import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Runs a program of `examples/`, as a person does, with servers of its own: topics and tables of an example have fixed names. */
export function runExample(program: string): Promise<{ code: number | null; output: string }> {
  const {
    FOREBAY_KAFKA_BROKERS,
    FOREBAY_REDIS_URL,
    FOREBAY_QUEUE_REDIS_URL,
    FOREBAY_CLICKHOUSE_URL,
    ...environment
  } = process.env;
  const example = spawn(process.execPath, [join(ROOT, 'examples', program)], { cwd: ROOT, env: environment });
  let output = '';
  example.stdout.on('data', (chunk) => (output += chunk));
  example.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => example.on('close', (code) => resolve({ code, output })));
}
