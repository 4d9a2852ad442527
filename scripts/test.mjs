#!/usr/bin/env node
/**
 * `npm test`: `npm run check`, then the integration tests on real servers. It installs what is missing first, so it
 * is the only command that a fresh clone needs. The last line is "N passed, N failed", counting each step and each
 * test; the exit code is 0 only if nothing failed.
 */
import { runCheckSteps } from './lib/check-steps.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { finishBeforeSteps, Steps } from './lib/steps.mjs';

try {
  ensureInstalled();
  const steps = new Steps();
  await runCheckSteps(steps);
  // Most tests wait most of the time, for servers and for what servers wait for: three files at a time keep two cores busy.
  await steps.jest('integration tests', ['--selectProjects', 'integration', '--maxWorkers=3'], {
    live: true,
  });
  steps.finish();
} catch (error) {
  finishBeforeSteps(error);
}
