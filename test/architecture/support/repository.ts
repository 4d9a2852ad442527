/** The project as the architecture tests see it: files, workspaces, and what the code mentions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../../..');

/** Installed, built, or made by a tool. */
const NOT_OURS = new Set(['node_modules', 'dist', 'generated', 'coverage', '.forebay', '.git']);

/** Paths of all files that people write, relative to the root, sorted. */
export function ourFiles(): string[] {
  const files: string[] = [];
  const visit = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) files.push(relative(ROOT, path));
    }
  };
  visit(ROOT);
  return files.sort();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function readJson<T>(path: string): T {
  return JSON.parse(readText(path)) as T;
}

export interface PackageJson {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const OUR_SCOPE = '@forebay/';
const isOurs = (name: string): boolean => name.startsWith(OUR_SCOPE);

export interface Workspace {
  /** Without the scope: `algebra`, `service-stream`. */
  readonly name: string;
  /** `packages/algebra`. */
  readonly directory: string;
  /** The packages of ours that package.json names, without the scope, sorted. */
  readonly ours: readonly string[];
  /** The other packages that it names, sorted. */
  readonly thirdParty: readonly string[];
  /** The packages of ours that tsconfig.json refers to, sorted. */
  readonly references: readonly string[];
}

/** Everything that a package.json asks for. */
export function requestedPackages(packageJson: PackageJson): string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = packageJson;
  return Object.keys({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
    ...peerDependencies,
  }).sort();
}

function packageName(directory: string): string {
  return readJson<PackageJson>(join(directory, 'package.json')).name.slice(OUR_SCOPE.length);
}

function loadWorkspace(directory: string): Workspace {
  const requested = requestedPackages(readJson<PackageJson>(join(directory, 'package.json')));
  const tsconfig = readJson<{ references?: { path: string }[] }>(join(directory, 'tsconfig.json'));
  const referred = (tsconfig.references ?? []).map(({ path }) =>
    relative(ROOT, resolve(ROOT, directory, path)),
  );
  return {
    name: packageName(directory),
    directory,
    ours: requested.filter(isOurs).map((name) => name.slice(OUR_SCOPE.length)),
    thirdParty: requested.filter((name) => !isOurs(name)),
    references: referred.map(packageName).sort(),
  };
}

export function workspaces(): Workspace[] {
  return readJson<PackageJson>('package.json').workspaces!.map(loadWorkspace);
}

/** The workspace that a file belongs to. */
export function workspaceOf(path: string, all: readonly Workspace[]): Workspace | undefined {
  return all.find(({ directory }) => path.startsWith(`${directory}/`));
}

/** Tests, and what only tests use. */
export const isTest = (path: string): boolean =>
  path.endsWith('.test.ts') || path.startsWith('test/') || isTestSupport(path);

/** What the tests of one package share, and the integration tests may use. */
export const isTestSupport = (path: string): boolean => path.includes('/src/test-support/');

export const isCode = (path: string): boolean => /\.(ts|mjs|cjs|js)$/.test(path);

export const exists = (path: string): boolean => existsSync(join(ROOT, path));
