import { findView, type Project } from '@forebay/definitions';
import { type LocalStack, startLocalStack } from '@forebay/local-stack';
import type { Environment } from '@forebay/service-kit';
import { applyProject } from '../apply-project';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { describePlan } from '../describe-plan';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../output';
import { Servers } from '../servers';
import { HOME_DIR, type ServiceName } from '../services/service-program';
import { type RunningServices, startServices } from '../services/start-services';
import { readCliConfiguration } from '../settings';
import { userName } from '../user-name';
import { needsOf } from '../view-needs';

export interface DevOptions {
  readonly local?: boolean;
  readonly data?: string;
  readonly allowDestructive?: boolean;
}

const COLORS: Readonly<Record<ServiceName, 'cyan' | 'magenta' | 'green'>> = {
  serving: 'cyan',
  stream: 'magenta',
  batch: 'green',
};
const NAME_WIDTH = 'serving'.length;

/** Runs until a signal comes (exit code 0) or a service ends by itself (1). */
export async function devCommand(
  context: CommandContext,
  file: string | undefined,
  options: DevOptions,
): Promise<ExitCode> {
  const { output } = context;
  const interrupted = context.interruption();
  const project = file === undefined ? null : await loadProject(file);
  const stack = options.local === true ? await startStack(context, options) : null;
  let running: RunningServices | null = null;
  try {
    const environment = { ...context.environment, ...stack?.environment() };
    if (project !== null && !interrupted.aborted) await apply(output, environment, project, options);
    if (interrupted.aborted) return EXIT.ok;
    running = await startServices({
      signal: interrupted,
      environment: { ...environment, FOREBAY_LOG_FORMAT: environment.FOREBAY_LOG_FORMAT ?? 'pretty' },
      log: (service, line) => {
        const name = output.colors[COLORS[service]](service.padEnd(NAME_WIDTH));
        output.line(`${name} │ ${line}`);
      },
    });
    announce(output, running, { ...stack?.environment() }, project);
    const failure = await Promise.race([running.failed, aborted(interrupted)]);
    if (failure === null) return EXIT.ok;
    output.error(failure);
    return EXIT.failure;
  } catch (thrown) {
    if (interrupted.aborted) return EXIT.ok;
    throw thrown;
  } finally {
    output.note('stopping');
    await running?.stop();
    await stack?.stop();
  }
}

function startStack(context: CommandContext, { data }: DevOptions): Promise<LocalStack> {
  return startLocalStack({
    homeDir: HOME_DIR,
    env: context.environment,
    log: (message) => context.output.note(`local stack: ${message}`),
    ...(data === undefined ? {} : { dataDir: data, redisPersistence: 'aof' as const }),
  });
}

async function apply(
  output: Output,
  environment: Environment,
  project: Project,
  { allowDestructive = false }: DevOptions,
): Promise<void> {
  const servers = new Servers(readCliConfiguration(environment));
  try {
    const appliedBy = userName();
    const { plan, snapshot } = await applyProject(servers, project, {
      appliedBy,
      allowDestructive,
      clock: Date.now,
    });
    output.note(`${describePlan(plan)}\nregistry version ${snapshot.version}`);
  } finally {
    await servers.close();
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function announce(
  output: Output,
  { services, ports }: RunningServices,
  stackEnvironment: Record<string, string>,
  project: Project | null,
): void {
  const address = `127.0.0.1:${ports.serving?.grpc}`;
  const environment = { ...stackEnvironment, FOREBAY_CLI_SERVING_ADDRESS: address };
  const metrics = Object.entries(ports).map(
    ([name, own]) => `${name} http://127.0.0.1:${own?.metrics}/metrics`,
  );
  const lines = [
    output.colors.bold('everything is ready'),
    `  gRPC     ${address}  (grpcurl -plaintext ${address} list)`,
    `  metrics  ${metrics.join(', ')}`,
    'in another terminal:',
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
    `  ${exampleOfGet(project)}`,
    'Ctrl-C stops everything',
  ];
  const pids = Object.fromEntries(Object.entries(services).map(([name, service]) => [name, service?.pid]));
  output.result({ ready: true, ports, pids, environment }, lines.join('\n'));
}

/** A call that only lacks the values of the join keys, and of what the request must bring. */
function exampleOfGet(project: Project | null): string {
  const service = project?.featureServices[0];
  if (!project || !service) return 'forebay get --service SERVICE --key KEY=VALUE';
  const views = service.features.flatMap(({ view, version }) => findView(project, view, version) ?? []);
  const { joinKeys, request } = needsOf(project, views);
  const keys = joinKeys.map(({ name }) => ` --key ${name}=VALUE`);
  const fields = request.map(({ name }) => ` --request ${name}=VALUE`);
  return `forebay get --service ${service.name}${[...keys, ...fields].join('')}`;
}
