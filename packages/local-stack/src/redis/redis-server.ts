import { exchange } from '../process/connect';
import type { ServerSpec } from '../process/server';

/** `none`: a restart finds an empty server. `aof`: every write is on disk within a second, and read back at a restart. */
export type RedisPersistence = 'none' | 'aof';

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 10_000;
const READY_LINE = 'Ready to accept connections';

/** A Redis that never evicts: when memory is full, writes fail. */
export function redisSpec(options: {
  name: string;
  directory: string;
  logPath: string;
  program: string;
  persistence: RedisPersistence;
  /** A node of a cluster; it knows no other one yet. */
  isOfCluster?: boolean;
}): ServerSpec {
  const { name, directory, logPath, program, persistence, isOfCluster = false } = options;
  return {
    name,
    directory,
    logPath,
    portCount: isOfCluster ? 2 : 1,
    startDeadlineMs: START_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    url: (port) => `redis://127.0.0.1:${port}`,
    command: ([port, busPort]) => ({
      file: program,
      args: [
        ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory],
        ...['--maxmemory-policy', 'noeviction', '--save', ''],
        ...['--appendonly', persistence === 'aof' ? 'yes' : 'no', '--appendfsync', 'everysec'],
        ...(isOfCluster ? clusterArguments(busPort as number) : []),
      ],
    }),
    isReady: async (port, log) =>
      log().includes(READY_LINE) && ((await exchange(port, 'PING\r\n'))?.startsWith('+PONG') ?? false),
  };
}

/** Who does not answer for two seconds is away; the slots of the others are served all the same. */
function clusterArguments(busPort: number): string[] {
  return [
    ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-port', String(busPort)],
    ...['--cluster-node-timeout', '2000', '--cluster-require-full-coverage', 'no'],
  ];
}
