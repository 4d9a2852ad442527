/** `npm run demo`: installs and builds what is missing, then runs the flights example on real local servers. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

const startedAt = Date.now();
ensureInstalled();
const build = spawnSync(
  bin('tsc'),
  ['-b', 'packages/cli', 'services/serving', 'services/stream', 'services/batch'],
  { cwd: ROOT, stdio: 'inherit' },
);
if (build.status !== 0) process.exit(1);
const demo = spawn(process.execPath, [join(ROOT, 'examples/flights/demo.mjs'), ...process.argv.slice(2)], {
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
