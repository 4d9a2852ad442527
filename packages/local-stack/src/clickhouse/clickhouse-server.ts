import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchange } from '../process/connect';
import { entryPoint } from '../process/entry-point';
import type { ServerSpec } from '../process/server';

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 15_000;

/**
 * The engine runs its calls, and Node its file operations, on libuv's threads; the default of 4 would let four long queries
 * block everything else.
 */
const WORKER_THREADS = 48;

/** Of the engine, which reads it where it is started: a disk `backups` for BACKUP and RESTORE. */
const configuration = (directory: string) => `<clickhouse>
  <storage_configuration>
    <disks>
      <backups><type>local</type><path>${join(directory, 'backups')}/</path></backups>
    </disks>
  </storage_configuration>
  <backups><allowed_disk>backups</allowed_disk></backups>
</clickhouse>
`;

/** The ClickHouse engine behind ClickHouse's HTTP interface, in a process of its own. */
export function clickhouseSpec(options: { directory: string; logPath: string }): ServerSpec {
  const { directory, logPath } = options;
  return {
    name: 'clickhouse',
    directory,
    logPath,
    portCount: 1,
    startDeadlineMs: START_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    url: (port) => `http://127.0.0.1:${port}`,
    command: ([port]) => ({
      file: '/usr/bin/env',
      args: [
        `UV_THREADPOOL_SIZE=${WORKER_THREADS}`,
        ...[process.execPath, entryPoint('clickhouse/main'), join(directory, 'data'), String(port)],
      ],
    }),
    prepare: async () => {
      mkdirSync(join(directory, 'backups'), { recursive: true });
      writeFileSync(join(directory, 'config.xml'), configuration(directory));
    },
    isReady: async (port, log) =>
      log().includes(`listening on 127.0.0.1:${port}`) &&
      ((await exchange(port, 'GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'))?.includes(
        'Ok.',
      ) ??
        false),
  };
}
