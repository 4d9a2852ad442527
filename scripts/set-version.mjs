#!/usr/bin/env node
/** `npm run set-version -- 1.2.3`: writes the version into everything that carries it; a test says whether something was forgotten. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';

const [version] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version ?? ''))
  throw new Error(`"${version ?? ''}" is no version: give one such as 1.2.3`);

function edit(path, change) {
  const file = join(ROOT, path);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

const { version: old, workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** `"version"` of the file itself, and what it asks for of ours, by exact version. */
const ours = (text) =>
  text
    .replace(/^( {2}"version": )".+"/m, `$1"${version}"`)
    .replace(/^(\s+"@forebay\/[\w-]+": )"\d[^"]*"/gm, `$1"${version}"`);

edit('package.json', ours);
for (const directory of workspaces) edit(join(directory, 'package.json'), ours);
edit('package-lock.json', (text) => {
  const lock = JSON.parse(text);
  lock.version = version;
  for (const path of ['', ...workspaces]) lock.packages[path].version = version;
  return ours(`${JSON.stringify(lock, null, 2)}\n`);
});
edit('packages/python-client/pyproject.toml', (text) =>
  text.replace(/^version = ".+"$/m, `version = "${version}"`),
);
edit('packages/python-client/src/forebay/__init__.py', (text) =>
  text.replace(/^__version__ = ".+"$/m, `__version__ = "${version}"`),
);
edit('k8s/forebay/Chart.yaml', (text) => text.replace(/^(version|appVersion): .+$/gm, `$1: ${version}`));
edit('Dockerfile', (text) =>
  text.replaceAll(`:${old} `, `:${version} `).replace(/(image\.version=)".+?"/, `$1"${version}"`),
);
edit('docker-compose.yml', (text) => text.replace(/(image: forebay\/\w+):\S+/g, `$1:${version}`));
console.log(`${old} is ${version} now; move what is under [Unreleased] in CHANGELOG.md`);
