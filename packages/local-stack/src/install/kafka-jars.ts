import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { installOnce } from './install-once';
import { requireTool } from './required-tools';
import { runCommand } from './run-command';

export const KAFKA_VERSION = '4.3.1';
const SCALA_VERSION = '2.13';
/** Without a logging binding Kafka logs nothing at all. */
const LOG4J_VERSION = '2.25.4';
const DOWNLOAD_DEADLINE_MS = 600_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>forebay</groupId>
  <artifactId>local-kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_${SCALA_VERSION}</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>${LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** Kafka's jars as a Java class path; downloaded from Maven Central the first time (about 45 MB). Java itself is checked too. */
export async function kafkaClassPath(toolsDir: string, log: (message: string) => void): Promise<string> {
  await requireTool('java');
  const directory = join(toolsDir, `kafka-${KAFKA_VERSION}`);
  await installOnce(directory, async (into) => {
    await requireTool('mvn');
    log(`downloading Kafka ${KAFKA_VERSION} into ${directory}`);
    await writeFile(join(into, 'pom.xml'), POM);
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
        `downloading Kafka ${KAFKA_VERSION} with \`mvn ${args.join(' ')}\` failed; is Maven Central (or the mirror in ~/.m2/settings.xml) reachable? ${result.stderr}`,
      );
    }
  });
  return join(directory, 'libs', '*');
}
