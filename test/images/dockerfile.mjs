/** The Dockerfile and .dockerignore, read as far as ours go: what is unknown is refused, not passed over. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ name: string, value: string, flags: Record<string, string>, line: number }} Instruction */
/** @typedef {{ name: string, from: string, instructions: Instruction[] }} Stage */

const KNOWN = new Set([
  'ARG',
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'LABEL',
  'USER',
  'EXPOSE',
  'ENTRYPOINT',
]);

/** @returns {{ args: Map<string, string>, stages: Stage[] }} */
export function readDockerfile(root) {
  const args = new Map();
  const stages = [];
  for (const instruction of instructionsOf(readFileSync(join(root, 'Dockerfile'), 'utf8'))) {
    const { name, line } = instruction;
    const value = instruction.value.replace(/\$\{(\w+)\}/g, (_, key) => {
      if (!args.has(key)) throw new Error(`Dockerfile, line ${line}: no ARG ${key} stands before it`);
      return args.get(key);
    });
    if (name === 'ARG') {
      const [key, text = ''] = value.split('=');
      args.set(key, text);
    } else if (name === 'FROM') {
      const [, from, stage] = /^(\S+) AS (\S+)$/.exec(value) ?? [];
      if (!stage) throw new Error(`Dockerfile, line ${line}: every stage has a name: FROM image AS name`);
      stages.push({ name: stage, from, instructions: [] });
    } else stages.at(-1).instructions.push({ ...instruction, value });
  }
  return { args, stages };
}

/** @returns {Instruction[]} */
function instructionsOf(text) {
  const found = [];
  let open = null;
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    const part = raw.replace(/\\$/, '').trim();
    if (open) open.text += ` ${part}`;
    else open = { text: part, line: index + 1 };
    if (raw.endsWith('\\')) continue;
    found.push(instructionOf(open));
    open = null;
  }
  return found;
}

function instructionOf({ text, line }) {
  const [, name, rest] = /^(\S+)\s+(.*)$/.exec(text) ?? [];
  if (!KNOWN.has(name)) throw new Error(`Dockerfile, line ${line}: ${text} is not understood here`);
  const flags = {};
  let value = rest;
  for (let match = /^--([\w-]+)=(\S+)\s+/.exec(value); match; match = /^--([\w-]+)=(\S+)\s+/.exec(value)) {
    flags[match[1]] = match[2];
    value = value.slice(match[0].length);
  }
  return { name, value, flags, line };
}

/** Whether a path of the context is sent to the engine: the last pattern that matches it, or a folder above it, decides. */
export function contextFilter(root) {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => {
    const last = rules.findLast(({ pattern }) => pattern.test(path));
    return last === undefined || last.keeps;
  };
}

function patternOf(glob) {
  const text = glob
    .replace(/[.+^$()|[\]{}]/g, '\\$&')
    .replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${text}(?:/.*)?$`);
}
