#!/usr/bin/env node
/**
 * Makes the references in docs/ from the code that they speak of, and the dashboards; needs a build (tsc -b).
 *
 *   node scripts/generate-docs.mjs           writes them
 *   node scripts/generate-docs.mjs --check   writes nothing; exits 1 with the files that differ from what would be written
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DASHBOARDS } from './lib/dashboards/all.mjs';
import { dashboardJson } from './lib/dashboards/json.mjs';
import { ROOT } from './lib/root.mjs';

const require = createRequire(import.meta.url);
const built = (path) => require(join(ROOT, path));

const { configurationReference, COMMON_SETTINGS, metricsReference } = built('packages/service-kit/dist');

const NOTE = '<!-- Made by "npm run generate"; edit the code that it comes from. -->\n\n';

const DOCUMENTS = {
  'docs/AGGREGATIONS.md': () => built('packages/algebra/dist').aggregationReference(),
  'docs/EXPRESSIONS.md': () => built('packages/expressions/dist').expressionReference(),
  'docs/METRICS.md': () =>
    `# Metrics\n\n${NOTE}Every service answers \`/metrics\` in Prometheus' format. No metric is labelled by entity.\n\n${metricsReference()}`,
  'docs/CONFIGURATION.md': () =>
    `# Configuration\n\n${NOTE}Services and the command read these environment variables. A variable that is empty counts as not set; one that begins with \`FOREBAY_\` and is not known is an error.\n\n${configurationReference(
      [
        { title: 'Every service', settings: COMMON_SETTINGS },
        { title: 'Serving', settings: built('services/serving/dist/settings').SERVING_SETTINGS },
        { title: 'Stream', settings: built('services/stream/dist/settings').STREAM_SETTINGS },
        { title: 'Batch', settings: built('services/batch/dist/settings').BATCH_SETTINGS },
        { title: 'The forebay command', settings: built('packages/cli/dist/settings').CLI_SETTINGS },
      ],
    )}`,
  ...Object.fromEntries(
    Object.keys(DASHBOARDS).map((name) => [`k8s/forebay/dashboards/${name}.json`, () => dashboardJson(name)]),
  ),
};

const check = process.argv.includes('--check');
const stale = [];
for (const [path, make] of Object.entries(DOCUMENTS)) {
  const file = join(ROOT, path);
  const fresh = `${make().trimEnd()}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === fresh) continue;
  if (check) stale.push(path);
  else {
    writeFileSync(file, fresh);
    console.log(`generated ${path}`);
  }
}
if (stale.length > 0) {
  console.error(`generated documents are out of date (run "npm run generate"):\n  ${stale.join('\n  ')}`);
  process.exitCode = 1;
}
