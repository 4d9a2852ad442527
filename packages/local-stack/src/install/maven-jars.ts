import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { installOnce } from './install-once';
import { requireTool } from './required-tools';
import { runCommand } from './run-command';

const DOWNLOAD_DEADLINE_MS = 600_000;

export interface MavenJarsOptions {
  /** The directory of tools. */
  readonly toolsDir: string;
  /** The directory's name, with the version: other jars need another name. */
  readonly name: string;
  /** Each as `group:artifact:version`; what they need at run time comes with them. */
  readonly artifacts: readonly string[];
  readonly log: (message: string) => void;
}

/**
 * A Java class path of jars, which are downloaded from Maven Central the first time; Java itself is checked too.
 * Throws `failed_precondition` without Java or Maven, and `unavailable` if the jars cannot be downloaded.
 */
export async function mavenJars({ toolsDir, name, artifacts, log }: MavenJarsOptions): Promise<string> {
  await requireTool('java');
  const directory = join(toolsDir, name);
  await installOnce(directory, async (into) => {
    await requireTool('mvn');
    log(`downloading ${name} into ${directory}`);
    await writeFile(join(into, 'pom.xml'), pomOf(name, artifacts));
    const args = [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      '-DoutputDirectory=libs',
      '-DincludeScope=runtime',
    ];
    const result = await runCommand('mvn', args, { cwd: into, deadlineMs: DOWNLOAD_DEADLINE_MS });
    if (!result.ok) {
      throw new ForebayError(
        'unavailable',
        `downloading ${name} with \`mvn ${args.join(' ')}\` failed; is Maven Central (or the mirror in ~/.m2/settings.xml) reachable? ${result.stderr}`,
      );
    }
  });
  return join(directory, 'libs', '*');
}

function pomOf(name: string, artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${id}</artifactId>
      <version>${version}</version>
    </dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>forebay</groupId>
  <artifactId>${name}</artifactId>
  <version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}
