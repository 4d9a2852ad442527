/**
 * `node scripts/image/runtime-files.mjs PROGRAM PRODUCTION OUT`, of the Dockerfile: puts into OUT what the workspace PROGRAM
 * (services/serving …) reads at run time. Of each of our packages that it asks for: package.json, compiled code, Lua files, templates and
 * the command; the contract's .proto files; the packages that are installed in PRODUCTION without types, source maps and documents; and
 * sbom.cdx.json, which lists them (CycloneDX). Runs where the workspaces are built.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const [program, production, out] = process.argv.slice(2);
if (!program || !production || !out)
  throw new Error(
    'give three paths: a workspace, a folder with its installed packages, and the folder to make',
  );

/** Ours, besides package.json. */
const READ_AT_RUN_TIME = ['dist', 'scripts', 'templates', 'bin'];
const UNREAD = /\.(d\.[cm]?ts|ts|map|md|markdown|tsbuildinfo|flow)$/;
const LICENCE = /(^|\/)(licen[cs]e|notice|copying)[^/]*$/i;
/** The local stack's ClickHouse, half a gigabyte that no image runs, and the compiler, which a package of the board names as an optional peer. */
const NEVER_RUN = /^(chdb|@chdb\/.*|typescript|@typescript\/.*)$/;

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const workspaces = new Map(
  readJson('package.json').workspaces.map((directory) => [
    readJson(join(directory, 'package.json')).name,
    directory,
  ]),
);

/** The directories of PROGRAM and of all our packages that it needs, by way of others, too. */
function closure(directory, found = new Set()) {
  if (found.has(directory)) return found;
  found.add(directory);
  for (const name of Object.keys(readJson(join(directory, 'package.json')).dependencies ?? {})) {
    const other = workspaces.get(name);
    if (other !== undefined) closure(other, found);
  }
  return found;
}

function copyOurs(directory) {
  mkdirSync(join(out, directory), { recursive: true });
  cpSync(join(directory, 'package.json'), join(out, directory, 'package.json'));
  for (const part of READ_AT_RUN_TIME) {
    const from = join(directory, part);
    if (existsSync(from)) cpSync(from, join(out, directory, part), { recursive: true, filter: isRead });
  }
}

/** Folders are all copied, also one that is called `something.ts`. */
const isRead = (path) => lstatSync(path).isDirectory() || !UNREAD.test(path) || LICENCE.test(path);

function packageNames(directory) {
  return readdirSync(directory).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(directory, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

/** `directory` is the root ('') or one of our packages, which has packages of its own where versions differ. */
function copyPackages(directory) {
  const from = join(production, directory, 'node_modules');
  if (!existsSync(from)) return;
  for (const name of packageNames(from)) {
    if (name.startsWith('.') || name.startsWith('@types/') || NEVER_RUN.test(name)) continue;
    if (workspaces.has(name) && !needed.has(workspaces.get(name))) continue;
    cpSync(join(from, name), join(out, directory, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: isRead,
    });
  }
}

/** The list is that of package-lock.json, so it needs no network. */
function writeBillOfMaterials() {
  const args = [
    'sbom',
    '--package-lock-only',
    '--omit=dev',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
  ];
  const made = spawnSync('npm', [...args, `--workspace=${program}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (made.error || made.status !== 0) throw new Error(`npm sbom: ${made.error?.message ?? made.stderr}`);
  const bill = JSON.parse(made.stdout);
  const isIn = ({ name, group }) => !NEVER_RUN.test(group ? `${group}/${name}` : name);
  bill.components = bill.components.filter(isIn);
  writeFileSync(join(out, 'sbom.cdx.json'), JSON.stringify(bill));
}

const needed = closure(program);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const directory of needed) {
  copyOurs(directory);
  copyPackages(directory);
}
cpSync('proto', join(out, 'proto'), { recursive: true });
cpSync('LICENSE', join(out, 'LICENSE'));
copyPackages('');
writeBillOfMaterials();
