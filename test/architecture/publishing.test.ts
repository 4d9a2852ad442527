/** What `npm publish` would put into the public packages, and that all versions are one. */
import { execFileSync } from 'node:child_process';
import { exists, readJson, readText, workspaces } from './support/repository';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access: string; readonly provenance: boolean };
}

interface Packed {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

const manifests = workspaces().map((workspace) => ({
  ...workspace,
  manifest: readJson<Manifest>(`${workspace.directory}/package.json`),
}));
const published = manifests.filter(({ manifest }) => manifest.private !== true);
const { version } = readJson<Manifest>('package.json');

test('what is published are the definitions, the client and the jobs, with what they need', () => {
  const names = published.map(({ name }) => name).sort();
  expect(names).toEqual(['client', 'contract', 'definitions', 'expressions', 'jobs']);
  for (const { ours } of published) expect(ours.filter((name) => !names.includes(name))).toEqual([]);
  for (const { manifest } of published)
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
});

test('a published package holds its compiled code, licence and readme, and nothing of tests and sources', () => {
  const which = published.flatMap(({ directory }) => ['--workspace', directory]);
  const said = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json', ...which], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const packed = Object.values(JSON.parse(said) as Record<string, Packed>);
  expect(packed).toHaveLength(published.length);
  for (const { name, files } of packed) {
    const paths = files.map(({ path }) => path);
    expect([name, ...paths]).toEqual(
      expect.arrayContaining([
        name,
        'LICENSE',
        'README.md',
        'package.json',
        'dist/index.js',
        'dist/index.d.ts',
      ]),
    );
    const allowed = /^(LICENSE|README\.md|package\.json|scripts\/[\w-]+\.lua|dist\/.+\.(js|d\.ts))$/;
    expect(paths.filter((path) => !allowed.test(path) || /\.test\.|(^|\/)testkit/.test(path))).toEqual([]);
  }
});

test('licences of packages are those of the project', () => {
  const licence = readText('LICENSE');
  for (const { directory } of published) expect(readText(`${directory}/LICENSE`)).toBe(licence);
  expect(exists('packages/python-client/LICENSE')).toBe(true);
});

test('there is one version, that of package.json', () => {
  const found = {
    ...Object.fromEntries(manifests.map(({ directory, manifest }) => [directory, manifest.version])),
    lock: readJson<Manifest>('package-lock.json').version,
    wheel: /^version = "(.+)"$/m.exec(readText('packages/python-client/pyproject.toml'))?.[1],
    client: /^__version__ = "(.+)"$/m.exec(readText('packages/python-client/src/forebay/__init__.py'))?.[1],
    chart: /^version: (.+)$/m.exec(readText('k8s/forebay/Chart.yaml'))?.[1],
    app: /^appVersion: (.+)$/m.exec(readText('k8s/forebay/Chart.yaml'))?.[1],
    image: /image\.version="(.+)"/.exec(readText('Dockerfile'))?.[1],
  };
  expect(Object.entries(found).filter(([, each]) => each !== version)).toEqual([]);
});
