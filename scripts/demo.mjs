/**
 * `npm run demo` and `npm run example:model-server`: installs and builds what is missing, then runs the example on real local
 * servers.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

const PROGRAMS = { flights: 'examples/flights/demo.mjs', 'model-server': 'examples/model-server/run.mjs' };

const startedAt = Date.now();
const [name, args] = Object.hasOwn(PROGRAMS, process.argv[2] ?? '')
  ? [process.argv[2], process.argv.slice(3)]
  : ['flights', process.argv.slice(2)];
ensureInstalled();
const build = spawnSync(
  bin('tsc'),
  ['-b', 'packages/cli', 'services/serving', 'services/stream', 'services/batch'],
  { cwd: ROOT, stdio: 'inherit' },
);
if (build.status !== 0) process.exit(1);
const demo = spawn(process.execPath, [join(ROOT, PROGRAMS[name]), ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, FOREBAY_DEMO_STARTED_AT: String(startedAt) },
});
// Ctrl-C reaches the demo too, which ends in good order; this process only waits for it
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && demo.kill(signal));
demo.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
