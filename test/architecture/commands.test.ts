/** Commands that documents name are there, with their options: a reader types them as they stand. */
import { main } from '@forebay/cli';
import { ourFiles, readText } from './support/repository';

interface NamedCommand {
  readonly where: string;
  /** What stands behind `forebay`. */
  readonly words: readonly string[];
}

/** Commands whose first word only says which of them is meant. */
const GROUPS = new Set(['jobs', 'dlq', 'token']);
const OF_ALL = new Set(['--help', '--version']);

async function optionsOf(command: readonly string[]): Promise<ReadonlySet<string> | null> {
  let out = '';
  let err = '';
  async function* nothing() {}
  await main(
    ['node', 'forebay', ...command, '--help'],
    {},
    {
      out: { write: (text: string) => (out += text) },
      err: { write: (text: string) => (err += text) },
      input: nothing(),
    },
  );
  const isThere = out.startsWith(`Usage: forebay ${command.join(' ')}`) && err === '';
  return isThere ? new Set([...(out.match(/--[a-z][a-z-]+/g) ?? []), ...OF_ALL]) : null;
}

/** Code of a document: its blocks, with lines that go on joined, and its spans. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block]) => block as string);
  const rest = text.replace(/^```\w*\n[\s\S]*?^```/gm, '');
  return [
    ...blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n')),
    ...[...rest.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string),
  ];
}

function commandsOf(path: string): NamedCommand[] {
  const text = readText(path);
  const lines = path.endsWith('.md') ? codeOf(text) : text.split('\n');
  return lines.flatMap((line) =>
    [...line.matchAll(/(?:^|[\s"'(])(?:forebay|run --rm apply) ([a-z][a-z-]*(?=[\s"')]|$)[^|;&#]*)/g)].map(
      ([, rest]) => ({ where: `${path}: ${line.trim()}`, words: wordsOf(rest as string) }),
    ),
  );
}

/** What is quoted is one word, whatever is in it. */
const wordsOf = (text: string) =>
  text
    .replace(/'[^']*'|"[^"]*"/g, 'QUOTED')
    .split(/\s+/)
    .filter((word) => word !== '');

const documents = ourFiles().filter(
  (path) => /^(README\.md|docs\/.*\.md|examples\/.*\.md)$/.test(path) && !path.startsWith('docs/adr/'),
);

test('every command that a document names is there, with the options that stand there', async () => {
  const named = documents.flatMap(commandsOf);
  expect(named.length).toBeGreaterThan(150);
  const known = new Map<string, ReadonlySet<string> | null>();
  const faults: string[] = [];
  for (const { where, words } of named) {
    const command = words.slice(0, GROUPS.has(words[0] as string) && /^[a-z]/.test(words[1] ?? '') ? 2 : 1);
    const name = command.join(' ');
    if (!known.has(name)) known.set(name, await optionsOf(command));
    const options = known.get(name);
    if (options == null) faults.push(`${where}\n  there is no command ${name}`);
    else
      for (const word of words) {
        const [, option] = /^\[?(--[a-z][a-z-]*)/.exec(word) ?? [];
        if (option !== undefined && !options.has(option)) faults.push(`${where}\n  ${name} has no ${option}`);
      }
  }
  expect(faults).toEqual([]);
});
