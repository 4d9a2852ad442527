import { join } from 'node:path';
import { bin, ROOT } from './root.mjs';

/** What needs no server, in seconds: generated code, types, lint and format, licences, unit and architecture tests. */
export async function runCheckSteps(steps) {
  await steps.program('generated code', process.execPath, [join(ROOT, 'scripts/generate.mjs'), '--check']);
  await steps.program('types', bin('tsc'), ['-b']);
  await steps.program('generated docs', process.execPath, [
    join(ROOT, 'scripts/generate-docs.mjs'),
    '--check',
  ]);
  await steps.program('lint and format', bin('biome'), ['ci', '--colors=off', '.']);
  await steps.program('supply chain', process.execPath, [join(ROOT, 'scripts/check-supply-chain.mjs')]);
  // jest would leave one of two cores to whoever looks at it
  await steps.jest('unit tests', ['--selectProjects', 'unit', '--maxWorkers=2'], {
    live: false,
  });
}
