/** Runs what the Dockerfile's stages run, each in a directory of its own, from what .dockerignore lets through. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { contextFilter, readDockerfile } from './dockerfile.mjs';

/** Only the files that git knows and those that are new: an engine gets no more. */
export function makeContext(root, to) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  const isSent = contextFilter(root);
  for (const path of listed.stdout.split('\0').filter(Boolean))
    if (isSent(path) && existsSync(join(root, path))) cpSync(join(root, path), join(to, path));
}

/** Builds `target` and what it needs; @returns the stage's root and how its program is started. */
export class Stages {
  #stages;
  #context;
  #home;
  #built = new Map();

  constructor(root, context, home) {
    this.#stages = new Map(readDockerfile(root).stages.map((stage) => [stage.name, stage]));
    this.#context = context;
    this.#home = home;
  }

  /** @returns {{ root: string, workdir: string, environment: Record<string, string>, user: string, entryPoint: string[] }} */
  build(name) {
    const known = this.#built.get(name);
    if (known) return known;
    const stage = this.#stages.get(name);
    if (!stage) throw new Error(`the Dockerfile has no stage ${name}`);
    const below = this.#stages.has(stage.from) ? this.build(stage.from) : null;
    const root = join(this.#home, name);
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    if (below) cpSync(below.root, root, { recursive: true, verbatimSymlinks: true });
    const state = { workdir: '/', environment: {}, user: '', entryPoint: [], ...below, root };
    for (const instruction of stage.instructions) this.#follow(state, instruction, name);
    this.#built.set(name, state);
    return state;
  }

  #follow(state, { name, value, flags, line }, stage) {
    const here = join(state.root, state.workdir);
    if (name === 'WORKDIR') {
      state.workdir = value;
      mkdirSync(join(state.root, value), { recursive: true });
    } else if (name === 'COPY') this.#copy(state, value, flags);
    else if (name === 'ENV') {
      const [key, text] = value.split('=');
      state.environment = { ...state.environment, [key]: text };
    } else if (name === 'USER') state.user = value;
    else if (name === 'ENTRYPOINT') state.entryPoint = JSON.parse(value);
    else if (name === 'RUN') {
      const startedAt = performance.now();
      const ran = spawnSync('sh', ['-c', value], {
        cwd: here,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...state.environment },
      });
      if (ran.status !== 0)
        throw new Error(`Dockerfile, line ${line} (${stage}): ${value}\n${ran.stdout}${ran.stderr}`);
      console.log(`     ${stage}: ${value} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    }
  }

  #copy(state, value, flags) {
    const paths = value.split(/\s+/);
    const to = paths.pop();
    const source = flags.from ? this.build(flags.from).root : this.#context;
    const target = join(state.root, to.startsWith('/') ? to : join(state.workdir, to));
    for (const path of paths) {
      const from = join(source, path);
      if (!existsSync(from))
        throw new Error(`COPY ${value}: ${path} is not there, or kept back by .dockerignore`);
      const isFolder = statSync(from).isDirectory();
      const place = isFolder || !to.endsWith('/') ? target : join(target, path);
      cpSync(from, place, { recursive: true, verbatimSymlinks: true });
    }
  }
}

/** Bytes of the files below a directory, and how many there are. */
export function sizeOf(directory) {
  let bytes = 0;
  let count = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
    count++;
  }
  return { bytes, count };
}

/** Files of a runtime directory that are nothing to run: sources, tests, types. */
export function strangers(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) =>
      /\.(d\.ts|tsbuildinfo)$|^(packages|services)\/.*\.(test\.js|ts)$|(^|\/)(chdb|typescript)$/.test(path),
    );
}
