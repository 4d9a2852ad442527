import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { installOnce } from './install-once';
import { requireTool } from './required-tools';
import { runCommand } from './run-command';

const DOWNLOAD_DEADLINE_MS = 600_000;

export interface MavenArchiveOptions {
  /** The directory of tools. */
  readonly toolsDir: string;
  /** The directory's name, with the version. */
  readonly name: string;
  /** `group:artifact:version:type:classifier`. */
  readonly artifact: string;
  readonly log: (message: string) => void;
}

/**
 * A directory with what an archive of Maven Central holds, which is downloaded the first time; Java itself is checked too.
 * Throws `failed_precondition` without Java or Maven, and `unavailable` if it cannot be downloaded.
 */
export async function mavenArchive({ toolsDir, name, artifact, log }: MavenArchiveOptions): Promise<string> {
  await requireTool('java');
  const directory = join(toolsDir, name);
  await installOnce(directory, async (into) => {
    await requireTool('mvn');
    log(`downloading ${name} into ${directory}`);
    const args = ['-q', '-B', 'dependency:unpack', `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`];
    const result = await runCommand('mvn', args, { cwd: into, deadlineMs: DOWNLOAD_DEADLINE_MS });
    if (!result.ok) {
      throw new ForebayError(
        'unavailable',
        `downloading ${name} with \`mvn ${args.join(' ')}\` failed; is Maven Central (or the mirror in ~/.m2/settings.xml) reachable? ${result.stderr}`,
      );
    }
  });
  return directory;
}
