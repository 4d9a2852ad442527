/**
 * Installs the packages of package-lock.json when they are missing or others, so that a fresh clone needs no step
 * before its first command. Imports nothing that would have to be installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * Not `npm ci`: that refuses a lock file which lacks packages for other platforms, and npm leaves those out that the
 * registry it was run with does not have. This installs the locked versions, too, and changes no file that is ours.
 */
const INSTALL = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];

/** Runs `npm install` if need be. Throws an Error that says what to do when that fails. */
export function ensureInstalled() {
  const reason = reasonToInstall();
  if (reason === null) return;
  console.log(`installing packages (npm install): ${reason}`);
  const result = spawnSync('npm', INSTALL, {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (result.error)
    throw new Error(`starting "npm install": ${result.error.message}: install npm and try again`);
  if (result.status !== 0) {
    throw new Error(
      `"npm install" ended with ${result.signal ?? `exit code ${result.status}`}: its output above says why`,
    );
  }
  const still = reasonToInstall();
  if (still !== null)
    throw new Error(`"npm install" succeeded, but ${still}: delete node_modules and try again`);
}

/**
 * npm describes what it installed in node_modules/.package-lock.json, as the last step of an installation.
 * null: that is what package-lock.json asks for.
 */
function reasonToInstall() {
  const installedPath = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installedPath)) return 'node_modules is missing or incomplete';
  const installed = readPackages(installedPath);
  const locked = readPackages(join(ROOT, 'package-lock.json'));
  for (const [path, wanted] of Object.entries(locked)) {
    // Left out: the root, the workspaces' own entries (links point to them), and what other platforms install.
    if (!path.includes('node_modules/') || wanted.link) continue;
    const found = installed[path];
    if (found === undefined && (wanted.optional || wanted.devOptional || wanted.peer)) continue;
    if (found?.version !== wanted.version) {
      return `${path} is ${found?.version ?? 'missing'}, package-lock.json asks for ${wanted.version}`;
    }
    if (found && !existsSync(join(ROOT, path))) return `${path} is missing`;
  }
  const workspaces = Object.entries(locked).filter(([, wanted]) => wanted.link);
  const unlinked = workspaces.find(([path]) => !existsSync(join(ROOT, path, 'package.json')));
  return unlinked ? `${unlinked[0]} is not linked` : null;
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
