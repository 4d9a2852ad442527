#!/usr/bin/env node
/**
 * `npm run check`: everything that needs no server. The last line is "N passed, N failed", counting each step and
 * each unit test; the exit code is 0 only if nothing failed.
 */
import { runCheckSteps } from './lib/check-steps.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { finishBeforeSteps, Steps } from './lib/steps.mjs';

try {
  ensureInstalled();
  const steps = new Steps();
  await runCheckSteps(steps);
  steps.finish();
} catch (error) {
  finishBeforeSteps(error);
}
