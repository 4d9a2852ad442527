import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { runCommand } from '../install/run-command';
import { accepts } from '../process/connect';
import type { ServerSpec } from '../process/server';
import { type KafkaProperties, LOG4J_CONFIGURATION, READY_LINE, serverProperties } from './kafka-config';

/** Any 16 bytes in base64 do: the cluster has one member and never meets another one. */
const CLUSTER_ID = 'Rm9yZWJheUxvY2FsU3RhaQ';
const FORMAT_DEADLINE_MS = 60_000;
/** Usually 2 s, and after SIGKILL the time until the broker's former session ends. */
const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 15_000;

export interface KafkaSpecOptions {
  readonly directory: string;
  readonly logPath: string;
  readonly classPath: string;
  readonly properties: KafkaProperties;
  readonly formatArguments: readonly string[];
}

/** Kafka in KRaft mode: broker and controller in one process. */
export function kafkaSpec(options: KafkaSpecOptions): ServerSpec {
  const { directory, classPath } = options;
  const dataDir = join(directory, 'data');
  const propertiesFile = join(directory, 'server.properties');
  const log4jFile = join(directory, 'log4j2.xml');
  const log4j = `-Dlog4j2.configurationFile=${log4jFile}`;
  return {
    name: 'kafka',
    directory,
    logPath: options.logPath,
    portCount: 2,
    startDeadlineMs: START_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    url: (port) => `127.0.0.1:${port}`,
    async prepare([broker, controller]) {
      await mkdir(dataDir, { recursive: true });
      await writeFile(log4jFile, LOG4J_CONFIGURATION);
      await writeFile(
        propertiesFile,
        serverProperties(
          { broker: broker as number, controller: controller as number },
          dataDir,
          options.properties,
        ),
      );
      if (!existsSync(join(dataDir, 'meta.properties'))) {
        await format([log4j, '-cp', classPath], propertiesFile, options.formatArguments);
      }
    },
    command: () => ({
      file: 'java',
      args: [
        '-Xms192m',
        '-Xmx192m',
        '-XX:+UseSerialGC',
        log4j,
        '-cp',
        classPath,
        'kafka.Kafka',
        propertiesFile,
      ],
    }),
    isReady: async (port, log) => log().includes(READY_LINE) && (await accepts(port)),
  };
}

async function format(
  java: readonly string[],
  propertiesFile: string,
  further: readonly string[],
): Promise<void> {
  const args = ['-Xmx128m', '-XX:TieredStopAtLevel=1', ...java, 'kafka.tools.StorageTool', 'format'];
  const result = await runCommand('java', [...args, '-t', CLUSTER_ID, '-c', propertiesFile, ...further], {
    deadlineMs: FORMAT_DEADLINE_MS,
  });
  if (!result.ok) {
    throw new ForebayError(
      'unavailable',
      `formatting Kafka's storage (${propertiesFile}) failed: ${result.stderr}`,
    );
  }
}
