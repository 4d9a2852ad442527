import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '..', '..');
const COMPILED = ['packages/local-stack', 'services/serving', 'services/stream', 'services/batch'];
const MOST_COMPLAINTS = 2_000;

/**
 * Before the integration tests: one stack for all of them, unless the environment names servers (FOREBAY_KAFKA_BROKERS, …).
 * FOREBAY_TEST_PARTS=redis,clickhouse starts these parts only, for a quicker run of tests that need no others.
 */
export default async function startStack(): Promise<void> {
  // Child processes (servers, services) run compiled code; up to date already, this takes a fraction of a second. Code with
  // wrong types is compiled all the same: that it has none is what another step of the tests checks.
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...COMPILED], {
    cwd: ROOT,
  }).catch((error: { stdout: string }) => {
    process.stderr.write(`compiling ${COMPILED.join(', ')}:\n${error.stdout.slice(0, MOST_COMPLAINTS)}\n`);
  });
  const { startLocalStack, ALL_PARTS } = await import('@forebay/local-stack');
  const named = process.env.FOREBAY_TEST_PARTS?.split(',');
  const stack = await startLocalStack({
    homeDir: resolve(ROOT, '.forebay'),
    env: process.env,
    parts: ALL_PARTS.filter((part) => named?.includes(part) ?? true),
    log: (message) => process.stderr.write(`local stack: ${message}\n`),
  });
  Object.assign(process.env, stack.environment()); // read by the test processes, which inherit it
  Object.assign(globalThis, { forebayTestStack: stack });
}
