/** Programs of Debian's packages, unpacked and not installed. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { run } from './run.mjs';

/** @returns {string} the directory that the package is unpacked in, made once */
export function debianPackage(name) {
  const directory = join(ROOT, '.forebay/tools', name);
  if (existsSync(directory)) return directory;
  console.log(`tools: package ${name}`);
  const partial = `${directory}.partial-${process.pid}`;
  const download = `${partial}-deb`;
  mkdirSync(download, { recursive: true });
  run('apt-get', ['download', name], { cwd: download });
  run('dpkg-deb', ['-x', join(download, readdirSync(download)[0]), partial]);
  rmSync(download, { recursive: true });
  if (existsSync(directory)) rmSync(partial, { recursive: true });
  else renameSync(partial, directory);
  return directory;
}
