/** What documents name is there: metrics, settings, scripts, and the headings that links lead to. */
import { posix } from 'node:path';
import { exists, ourFiles, readJson, readText } from './support/repository';

const documents = ourFiles().filter(
  (path) => path.endsWith('.md') && !path.startsWith('docs/adr/') && path !== 'CHANGELOG.md',
);

/** What `find` finds in documents and is not among `known`, each with where it stands. */
function strangers(find: RegExp, known: (name: string) => boolean): string[] {
  return documents.flatMap((path) =>
    [...readText(path).matchAll(find)].flatMap(([, name]) =>
      known(name as string) ? [] : [`${path}: ${name}`],
    ),
  );
}

test('metrics are those of the reference', () => {
  const reference = readText('docs/METRICS.md');
  const named = new Set(reference.match(/(?<=^\| `)[a-z_]+(?=` \|)/gm));
  const alerts = readText('k8s/forebay/alerts/forebay.yaml');
  const isKnown = (name: string) =>
    named.has(name) || named.has(name.replace(/_(bucket|sum|count)$/, '')) || alerts.includes(name);
  const metric =
    /`[^`\n]*?\b((?:forebay|feast_feature|nodejs|rpc_server|http_server)_[a-z_]+_(?:total|seconds|bytes|ratio|records|bucket|count|sum|flight|waiting|runs))\b/g;
  expect(named.size).toBeGreaterThan(50);
  expect(strangers(metric, isKnown)).toEqual([]);
});

test('settings are those of the reference', () => {
  const reference = new Set(readText('docs/CONFIGURATION.md').match(/(?<=^\| `)FOREBAY_\w+(?=` \|)/gm));
  const code = ourFiles()
    .filter(
      (path) => /\.(mjs|ts|yml|sh)$/.test(path) && /^(scripts|test|packages\/testkit|docker)/.test(path),
    )
    .map(readText)
    .join('\n');
  // others are of the proofs and of docker-compose.yml
  const isKnown = (name: string) => reference.has(name) || code.includes(name);
  expect(strangers(/\b(FOREBAY_[A-Z0-9_]*[A-Z0-9])\b(?!…|_…)/g, isKnown)).toEqual([]);
});

test('npm scripts are those of package.json', () => {
  const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');
  expect(strangers(/npm run ([a-z][a-z0-9:-]*)/g, (name) => name in scripts)).toEqual([]);
});

test('links lead to headings that there are', () => {
  const anchors = (path: string) =>
    readText(path)
      .replace(/^```[\s\S]*?^```/gm, '')
      .split('\n')
      .filter((line) => /^#+ /.test(line))
      .map((line) =>
        line
          .replace(/^#+ /, '')
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .trim()
          .replaceAll(' ', '-'),
      );
  const faults = documents.flatMap((path) =>
    [...readText(path).matchAll(/\]\(([^)\s#]*)#([^)\s]+)\)/g)].flatMap(([, file = '', anchor = '']) => {
      if (/^[a-z]+:/.test(file)) return [];
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!target.endsWith('.md')) return [];
      return exists(target) && anchors(target).includes(anchor) ? [] : [`${path}: ${target}#${anchor}`];
    }),
  );
  expect(faults).toEqual([]);
});
