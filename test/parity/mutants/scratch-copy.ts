/** A copy of the compiled packages and of this comparison, in which one file at a time is another. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { transformSync } from '@swc/core';
import type { Mutant } from './mutant';

/** What a package is made of, beside its manifest: what it runs, and the text that mutants change. */
const FOLDERS = { typescript: 'src', lua: 'scripts' } as const;

/** Where the workspaces that the comparison runs are. */
function workspaces(root: string): { readonly name: string; readonly path: string }[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => ({ name, path: `packages/${name}` }));
  return [...packages, { name: 'service-stream', path: 'services/stream' }];
}

/** Under `.forebay`, so that packages of others are found as from the project itself. */
export class ScratchCopy {
  constructor(
    private readonly root: string,
    private readonly directory: string,
  ) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(join(directory, 'node_modules/@forebay'), { recursive: true });
    for (const { name, path } of workspaces(root)) this.#copyPackage(name, path);
    cpSync(join(root, 'proto'), join(directory, 'proto'), { recursive: true });
    const compiled = join(root, '.forebay/build/test');
    for (const folder of ['parity', 'support'])
      cpSync(join(compiled, folder), join(directory, 'test', folder), { recursive: true });
  }

  get main(): string {
    return join(this.directory, 'test/parity/mutants/hunt-main.js');
  }

  #copyPackage(name: string, path: string): void {
    const [from, to] = [join(this.root, path), join(this.directory, path)];
    for (const part of ['package.json', 'dist', FOLDERS.lua].filter((each) => existsSync(join(from, each))))
      cpSync(join(from, part), join(to, part), { recursive: true });
    symlinkSync(to, join(this.directory, 'node_modules/@forebay', name));
  }

  /**
   * Runs `body` while the mutant is in the copy. Throws an Error if its text does not stand in the source exactly once: the
   * engine has moved on, and the mutant must follow.
   */
  async with<Result>(mutant: Mutant, body: () => Promise<Result>): Promise<Result> {
    const { path, text } = mutatedSource(this.root, mutant);
    const target = join(this.directory, compiledPath(path));
    const original = readFileSync(target);
    writeFileSync(target, path.endsWith('.ts') ? compile(text) : text);
    try {
      return await body();
    } finally {
      writeFileSync(target, original);
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The source with the change, and its path from the root. */
export function mutatedSource(
  root: string,
  { name, package: packageName, file, from, to }: Mutant,
): { readonly path: string; readonly text: string } {
  const home = join(root, workspaces(root).find(({ name: known }) => known === packageName)?.path ?? '');
  const found = Object.values(FOLDERS)
    .flatMap((folder) => filesIn(join(home, folder)))
    .filter((path) => path.endsWith(`/${file}`));
  const [path] = found;
  if (path === undefined || found.length > 1)
    throw new Error(`mutant "${name}": ${found.length} files of ${packageName} are named ${file}`);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2)
    throw new Error(
      `mutant "${name}": its text stands ${parts.length - 1} times in ${relative(root, path)}, not once: ${from}`,
    );
  return { path: relative(root, path), text: parts.join(to) };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  } catch {
    return [];
  }
}

const compiledPath = (path: string) => path.replace('/src/', '/dist/').replace(/\.ts$/, '.js');

function compile(text: string): string {
  return transformSync(text, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  }).code;
}
