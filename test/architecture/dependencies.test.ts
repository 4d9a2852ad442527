import { isBuiltin } from 'node:module';
import { allCodeFacts } from './support/code-facts';
import { NEVER_USES, USES } from './support/direction';
import {
  isCode,
  isTest,
  isTestSupport,
  ourFiles,
  type PackageJson,
  readJson,
  readText,
  requestedPackages,
  type Workspace,
  workspaceOf,
  workspaces,
} from './support/repository';

const all = workspaces();
const facts = allCodeFacts();
const services = all.filter(({ directory }) => directory.startsWith('services/')).map(({ name }) => name);
const ours = /^@forebay\/([^/]+)(\/.*)?$/;

/** `@scope/name` or `name` of an import; null for a path or a module of Node itself. */
function importedPackage(specifier: string): string | null {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return null;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function mayUse(user: Workspace, used: string): boolean {
  const exact = USES[user.name];
  if (exact) return exact.includes(used);
  return !services.includes(used) && !NEVER_USES[user.name]!.includes(used);
}

describe('the direction of dependencies', () => {
  test('is declared for every package', () => {
    const declared = [...Object.keys(USES), ...Object.keys(NEVER_USES)];
    expect(declared.sort()).toEqual(all.map(({ name }) => name).sort());
  });

  test.each(all)('of $name is that of its package.json', ({ name, ours: requested, ...user }) => {
    if (USES[name]) expect(requested).toEqual(USES[name]);
    expect(requested.filter((used) => !mayUse({ name, ours: requested, ...user }, used))).toEqual([]);
  });

  test.each(all)('of $name is that of its tsconfig.json', ({ ours: requested, references }) => {
    expect(references).toEqual(requested);
  });

  test('has no circle', () => {
    const open = new Map(all.map(({ name, ours: requested }) => [name, new Set(requested)]));
    for (let ready = true; ready; ) {
      const done = [...open].filter(([, uses]) => uses.size === 0).map(([name]) => name);
      ready = done.length > 0;
      for (const name of done) open.delete(name);
      for (const uses of open.values()) for (const name of done) uses.delete(name);
    }
    expect([...open.keys()]).toEqual([]);
  });

  test('is that of the imports', () => {
    const wrong: string[] = [];
    for (const { path, imports } of facts) {
      const user = workspaceOf(path, all);
      if (user === undefined || isTest(path)) continue;
      for (const specifier of imports) {
        const used = ours.exec(specifier)?.[1];
        if (used !== undefined && !user.ours.includes(used)) wrong.push(`${path} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('leaves the naive recomputation of the example alone', () => {
    const naive = facts.filter(({ path }) => /^examples\/flights\/(naive.*|flights-file)\.mjs$/.test(path));
    expect(naive.length).toBeGreaterThan(0);
    const foreign = naive
      .flatMap(({ imports }) => imports)
      .filter((name) => ours.test(name) || name.startsWith('..'));
    expect(foreign).toEqual([]);
  });
});

describe('imports', () => {
  test('name packages of ours by their root, never a file inside', () => {
    const wrong: string[] = [];
    for (const { path, imports } of facts) {
      const home = workspaceOf(path, all);
      for (const specifier of imports) {
        const inside = ours.exec(specifier)?.[2];
        if (inside !== undefined && inside !== '/package.json') wrong.push(`${path} imports ${specifier}`);
        const target = specifier.startsWith('.')
          ? new URL(specifier, `file:///${path}`).pathname.slice(1)
          : null;
        const other = target === null ? undefined : workspaceOf(target, all);
        const shared = isTest(path) && isTestSupport(target ?? '');
        if (other !== undefined && other !== home && !shared) wrong.push(`${path} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('never name a package of ours from within itself', () => {
    const wrong = facts.filter(({ path, imports }) => {
      const home = workspaceOf(path, all);
      return home !== undefined && imports.some((name) => ours.exec(name)?.[1] === home.name);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('name only packages that are asked for', () => {
    const atRoot = requestedPackages(readJson<PackageJson>('package.json'));
    const anywhere = new Set([...atRoot, ...all.flatMap(({ thirdParty }) => thirdParty)]);
    const wrong: string[] = [];
    for (const { path, imports } of facts) {
      const home = workspaceOf(path, all);
      for (const specifier of imports) {
        const name = importedPackage(specifier);
        if (name === null || ours.test(specifier)) continue;
        const asked = home === undefined ? anywhere.has(name) : home.thirdParty.includes(name);
        if (!asked && !(isTest(path) && atRoot.includes(name))) wrong.push(`${path} imports ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each(all.filter(({ thirdParty }) => thirdParty.length > 0))(
    'of $directory name all that it asks for',
    (home) => {
      const texts = ourFiles()
        .filter((path) => path.startsWith(`${home.directory}/`) && isCode(path))
        .map(readText);
      const mentioned = (name: string) => texts.some((text) => text.includes(`'${name}`));
      expect(home.thirdParty.filter((name) => !mentioned(name))).toEqual([]);
    },
  );

  test('name modules of Node with node:', () => {
    const bare = ({ imports }: { imports: readonly string[] }) =>
      imports.some((name) => isBuiltin(name) && !name.startsWith('node:'));
    expect(facts.filter(bare).map(({ path }) => path)).toEqual([]);
  });
});

describe('docs/DEPENDENCIES.md', () => {
  const documented = readText('docs/DEPENDENCIES.md')
    .split('\n')
    .flatMap((line) => /^\| `([^`]+)` \| \S/.exec(line)?.[1] ?? [])
    .sort();
  const asked = new Set(requestedPackages(readJson<PackageJson>('package.json')));
  for (const { thirdParty } of all) for (const name of thirdParty) asked.add(name);
  for (const path of ourFiles().filter((file) => /\/requirements[a-z-]*\.txt$/.test(file)))
    for (const [, name] of readText(path).matchAll(/^([\w-]+)==/gm)) asked.add(name as string);

  test('has one line for every package that is asked for, and no other', () => {
    expect(documented).toEqual([...asked].sort());
  });
});

describe('package-lock.json', () => {
  test('names no registry', () => {
    const { packages } = readJson<{ packages: Record<string, { resolved?: string }> }>('package-lock.json');
    const hosts = Object.values(packages).filter(
      ({ resolved }) => resolved !== undefined && /^\w+:/.test(resolved),
    );
    expect(hosts).toEqual([]);
  });
});
