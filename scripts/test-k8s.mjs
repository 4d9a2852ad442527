#!/usr/bin/env node
/**
 * `npm run test:k8s [-- --no-api-server]`: proves the Helm chart. helm lint and template over every example and a matrix of values, schemas of
 * all kinds (kubeconform), pod security, settings as the services read them, values that must be refused; then admission, installation, upgrade and rollback on a real API server.
 * Needs Go (1.24 or later), Python with pip and, for etcd, apt-get and dpkg-deb; the first run builds helm and kube-apiserver, which takes
 * 10 to 30 minutes, the next ones half a minute. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

const { values } = parseArgs({ options: { 'no-api-server': { type: 'boolean', default: false } } });
ensureInstalled();
// the services' own settings read what the chart gives them
const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
if (build.status !== 0) process.exit(1);
const { proveChart } = await import('../test/k8s/proof.mjs');
process.exitCode = (await proveChart({ withApiServer: !values['no-api-server'] })) ? 0 : 1;
