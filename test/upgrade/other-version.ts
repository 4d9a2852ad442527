/** Another version of Forebay, made of the repository's history: unpacked, installed and compiled once, and kept. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceVersion } from '../support/service';
import { HOME_DIR } from '../support/stack';

/** As long as nothing is released, an upgrade begins here. A newer commit may take its place when stored formats change before a release. */
const BEFORE_THE_FIRST_RELEASE = 'c86e1c0';
const SERVICES = ['services/serving', 'services/stream', 'services/batch', 'packages/cli'];
const BUILT = 'built';
const GIT_OUTPUT_BYTES = 256 * 1024 * 1024;

const git = (...args: readonly string[]) =>
  execFileSync('git', args, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: GIT_OUTPUT_BYTES });

/** The newest release before this version, or where upgrades begin without one. */
export function defaultRef(): string {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^').toString().trim();
  } catch {
    return BEFORE_THE_FIRST_RELEASE;
  }
}

/**
 * Builds it if that has not been done. Throws an Error that says what is missing.
 *
 * @param ref a tag, a branch or a commit
 */
export function otherVersion(ref: string, log: (message: string) => void): ServiceVersion {
  const commit = commitOf(ref);
  const parent = join(HOME_DIR, 'upgrade');
  const root = join(parent, commit);
  if (!existsSync(join(root, BUILT))) {
    log(`building ${ref} (${commit.slice(0, 12)}) in ${root}`);
    const unfinished = join(parent, `${commit}.${process.pid}`);
    try {
      build(commit, unfinished);
      rmSync(root, { recursive: true, force: true });
      renameSync(unfinished, root);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return { name: ref, root, environment: {} };
}

function commitOf(ref: string): string {
  try {
    return git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).toString().trim();
  } catch {
    throw new Error(
      `--from ${ref}: this clone has no such commit: fetch it (git fetch --unshallow --tags), or give another one`,
    );
  }
}

function build(commit: string, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const run = (command: string, args: readonly string[], input?: Buffer) =>
    execFileSync(command, args, {
      cwd: directory,
      stdio: [input ? 'pipe' : 'ignore', 'inherit', 'inherit'],
      input,
    });
  run('tar', ['-x'], git('archive', '--format=tar', commit));
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  run(join(directory, 'node_modules/.bin/tsc'), ['-b', ...SERVICES]);
  writeFileSync(join(directory, BUILT), '');
}
