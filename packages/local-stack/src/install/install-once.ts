import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** An installation that has not ended by then never will: its process is gone. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Makes `directory` by `install`, once: into a directory beside it, which is then renamed, so that it is either whole or not
 * there. When two processes install at once, the first rename wins and the other's work is dropped.
 */
export async function installOnce(
  directory: string,
  install: (intoDirectory: string) => Promise<void>,
): Promise<void> {
  if (existsSync(directory)) return;
  await mkdir(dirname(directory), { recursive: true });
  const prefix = `${directory}.installing-`;
  await removeAbandoned(prefix);
  const temporary = await mkdtemp(prefix);
  try {
    await install(temporary);
    await rename(temporary, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function removeAbandoned(prefix: string): Promise<void> {
  const parent = dirname(prefix);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(basename(prefix))) continue;
    const directory = join(parent, name);
    const changedMs = await stat(directory).then(
      (found) => found.mtimeMs,
      () => Date.now(), // just renamed or removed by the process that made it
    );
    if (Date.now() - changedMs > ABANDONED_AFTER_MS) await rm(directory, { recursive: true, force: true });
  }
}
