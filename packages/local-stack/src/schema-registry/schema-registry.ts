import { join } from 'node:path';
import { mavenArchive } from '../install/maven-archive';
import { startLoneServer } from '../lone-server';
import type { LocalServer, ServerSpec } from '../process/server';
import { type LocalStackOptions, resolveOptions } from '../stack-options';

/** Apicurio Registry: of the real ones with Confluent's REST interface, the one that Maven Central has with all that it needs (109 MB). */
const VERSION = '3.0.9';
const NAME = 'schema-registry';
const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 15_000;

/** A real schema registry, whose schemas live in its memory. It ends with this process, however it ends. */
export interface LocalSchemaRegistry {
  /** Of Confluent's REST interface. */
  readonly url: string;
  readonly server: LocalServer;
  stop(): Promise<void>;
}

/** Starts it and resolves when it answers; it is downloaded the first time. Needs Java 17. */
export async function startSchemaRegistry(options: LocalStackOptions = {}): Promise<LocalSchemaRegistry> {
  const resolved = resolveOptions(options);
  const program = await mavenArchive({
    toolsDir: join(resolved.homeDir, 'tools'),
    name: `apicurio-registry-${VERSION}`,
    artifact: `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`,
    log: resolved.log,
  });
  const { server, stop } = await startLoneServer({ name: NAME, options: resolved }, (directory, logPath) =>
    specOf(program, directory, logPath),
  );
  return { url: server.url, server, stop };
}

function specOf(program: string, directory: string, logPath: string): ServerSpec {
  const url = (port: number) => `http://127.0.0.1:${port}/apis/ccompat/v7`;
  return {
    name: NAME,
    directory,
    logPath,
    portCount: 1,
    startDeadlineMs: START_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    url,
    command: ([port]) => ({
      file: 'java',
      args: [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dquarkus.http.host=127.0.0.1',
        `-Dquarkus.http.port=${port}`,
        '-jar',
        join(program, `apicurio-registry-app-${VERSION}-runner.jar`),
      ],
    }),
    isReady: async (port) => {
      const answer = await fetch(`${url(port)}/subjects`).catch(() => null);
      return answer?.ok === true;
    },
  };
}
