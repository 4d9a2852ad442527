/** What the Helm chart says of services is true; that it installs is proved by `npm run test:k8s`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** By heading of the reference, the variables under it. */
function settings(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  let heading = '';
  for (const line of read('docs/CONFIGURATION.md').split('\n')) {
    if (line.startsWith('## ')) heading = line.slice(3);
    const [, name] = /^\| `(FOREBAY_[A-Z0-9_]+)` \|/.exec(line) ?? [];
    if (name === undefined) continue;
    found.set(heading, (found.get(heading) ?? new Set()).add(name));
  }
  return found;
}

const named = (text: string) => [...new Set(text.match(/FOREBAY_[A-Z0-9_]*[A-Z0-9]/g) ?? [])];
const files = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|tpl)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));

const known = settings();
const of = (...groups: readonly string[]) =>
  new Set(['Every service', ...groups].flatMap((group) => [...(known.get(group) ?? [])]));

test.each([...files('k8s/forebay'), ...files('k8s/examples')])(
  '%s names only settings that there are',
  (file) => {
    const all = new Set([...known.values()].flatMap((group) => [...group]));
    expect(named(read(file)).filter((name) => !all.has(name))).toEqual([]);
  },
);

test.each([
  ['k8s/forebay/templates/serving.yaml', 'Serving'],
  ['k8s/forebay/templates/workers.yaml', 'Stream'],
  ['k8s/forebay/templates/workers.yaml', 'Batch'],
  ['k8s/forebay/templates/tests/get.yaml', 'The forebay command'],
])('%s gives its service its own settings: %s', (file, group) => {
  expect(named(read(file)).filter((name) => !of(group).has(name))).toEqual([]);
});

test('every group of the reference is known here', () => {
  expect([...known.keys()]).toEqual(['Every service', 'Serving', 'Stream', 'Batch', 'The forebay command']);
});
