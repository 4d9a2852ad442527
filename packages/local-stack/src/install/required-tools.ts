import { ForebayError } from '@forebay/contract';
import { runCommand } from './run-command';

const DEADLINE_MS = 30_000;

interface RequiredTool {
  readonly check: readonly [file: string, ...args: string[]];
  /** What the check prints, when it is good enough. */
  readonly accepts: (output: string) => boolean;
  readonly wanted: string;
  readonly debian: string;
  readonly macos: string;
}

/** Programs of the operating system that the project cannot bring itself. */
const TOOLS = {
  java: {
    check: ['java', '-version'],
    accepts: (output) => Number(/version "(\d+)/.exec(output)?.[1]) >= 17,
    wanted: 'Java 17 or newer (to run Kafka)',
    debian: 'apt-get install -y openjdk-17-jre-headless',
    macos: 'brew install openjdk@17',
  },
  mvn: {
    check: ['mvn', '--version'],
    accepts: () => true,
    wanted: 'Maven (to download Kafka)',
    debian: 'apt-get install -y maven',
    macos: 'brew install maven',
  },
  pip: {
    check: ['python3', '-m', 'pip', '--version'],
    accepts: () => true,
    wanted: 'redis-server or valkey-server 7 or newer, or Python 3 with pip (to download one)',
    debian: 'apt-get install -y redis-server',
    macos: 'brew install redis',
  },
  python: {
    check: ['python3', '-c', 'import ensurepip, sys, venv; print(*sys.version_info[:2])'],
    accepts: (output) => Number(/^3 (\d+)/.exec(output)?.[1]) >= 9,
    wanted: 'Python 3.9 or newer with venv and pip (for what is written in Python)',
    debian: 'apt-get install -y python3-venv python3-pip',
    macos: 'brew install python',
  },
} as const satisfies Record<string, RequiredTool>;

/** Throws `failed_precondition`, with the command that installs it, when the tool is missing or too old. */
export async function requireTool(name: keyof typeof TOOLS): Promise<void> {
  const tool: RequiredTool = TOOLS[name];
  const [file, ...args] = tool.check;
  const result = await runCommand(file, args, { deadlineMs: DEADLINE_MS });
  if (result.ok && tool.accepts(result.stdout + result.stderr)) return;
  throw new ForebayError(
    'failed_precondition',
    `${tool.wanted} is needed here, and \`${tool.check.join(' ')}\` ${result.ok ? 'shows an older one' : 'fails'}: run \`${tool.debian}\` (macOS: \`${tool.macos}\`)`,
  );
}
