/** An installation of the flights example of a benchmark's own: servers, applied definitions, services to be started. */
import { resolve } from 'node:path';
import {
  applyProject,
  loadProject,
  type RunningServices,
  readCliConfiguration,
  Servers,
  type ServiceName,
  startServices,
} from '@forebay/cli';
import type { Project, RegistrySnapshot } from '@forebay/definitions';
import type { NewRecord } from '@forebay/event-log';
import { type LocalStack, type Part, startLocalStack } from '@forebay/local-stack';

/** Where `npm run bench` starts the benchmarks. */
const ROOT = process.cwd();

export interface FlightsInstallation {
  readonly stack: LocalStack;
  readonly servers: Servers;
  readonly snapshot: RegistrySnapshot;
  readonly project: Project;
  /** Starts services with the installation's addresses; they are stopped with it. */
  start(services: readonly ServiceName[], onLine?: (line: string) => void): Promise<RunningServices>;
}

/** Starts everything, runs `work`, and leaves no process and no file behind, whatever happens. */
export async function withFlights(work: (installation: FlightsInstallation) => Promise<void>): Promise<void> {
  const stack = await startLocalStack({ homeDir: resolve(ROOT, '.forebay') });
  const servers = new Servers(readCliConfiguration({ ...process.env, ...stack.environment() }));
  const started: RunningServices[] = [];
  try {
    const definitions = await loadProject(resolve(ROOT, 'examples/flights/features.ts'));
    const { snapshot } = await applyProject(servers, definitions, { appliedBy: 'bench', clock: Date.now });
    await work({
      stack,
      servers,
      snapshot,
      project: snapshot.projects[0]!,
      async start(services, onLine = () => {}) {
        const environment = { ...process.env, ...stack.environment() };
        const running = await startServices({ environment, services, log: (_service, line) => onLine(line) });
        started.push(running);
        return running;
      },
    });
  } finally {
    await Promise.allSettled(started.map((services) => services.stop()));
    await servers.close();
    await stack.stop();
  }
}

const RECORDS_PER_SEND = 10_000;

/** Resolves when all are written. */
export async function produce(servers: Servers, records: readonly NewRecord[]): Promise<void> {
  const producer = await (await servers.eventLog()).producer();
  for (let from = 0; from < records.length; from += RECORDS_PER_SEND) {
    await producer.send(records.slice(from, from + RECORDS_PER_SEND));
  }
  await producer.close();
}

/** The process id of a server that this installation runs itself. */
export function serverPid(stack: LocalStack, part: Part): number {
  const server = stack.servers[part];
  if (server === null) throw new Error(`${part} is not started by the benchmark, so it cannot be measured`);
  return server.pid;
}
