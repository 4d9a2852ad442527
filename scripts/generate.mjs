#!/usr/bin/env node
/**
 * Makes the generated code, which is committed.
 *
 *   node scripts/generate.mjs           writes it
 *   node scripts/generate.mjs --check   writes nothing; exits 1 with the files that differ from what would be written
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatePythonContract } from './lib/python-contract.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** Each generator fills an empty directory with what `directory` holds. */
const GENERATORS = [
  { directory: 'packages/contract/src/generated', generate: generateContractTypes },
  { directory: 'packages/python-client/src/forebay/generated', generate: generatePythonContract },
];

/** Types of the protobuf contract. The options must be those of `loadContract` in packages/contract. */
function generateContractTypes(outDirectory) {
  const tool = join(
    dirname(require.resolve('@grpc/proto-loader/package.json')),
    'build/bin/proto-loader-gen-types.js',
  );
  const options = [
    '--keepCase',
    '--longs=Number',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--includeComments',
  ];
  // Without suffixes the message FeatureServiceDefinition and the definition of the service FeatureService collide.
  const names = ['--inputTemplate=%sInput', '--outputTemplate=%sMessage', '--grpcLib=@grpc/grpc-js'];
  // Feast's messages are read and written by hand, column by column: nothing needs types of them.
  const protoFiles = filesUnder(join(root, 'proto')).filter((file) => /^forebay\/.*\.proto$/.test(file));
  const places = ['--includeDirs=proto', `--outDir=${outDirectory}`];
  execFileSync(process.execPath, [tool, ...options, ...names, ...places, ...protoFiles], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** Paths relative to `directory`, sorted; none if it does not exist. */
function filesUnder(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

/** Files that exist on one side only, or differ. */
function differences(expected, actual) {
  const names = new Set([...filesUnder(expected), ...filesUnder(actual)]);
  return [...names].filter((name) => {
    const [left, right] = [join(expected, name), join(actual, name)];
    return !existsSync(left) || !existsSync(right) || !readFileSync(left).equals(readFileSync(right));
  });
}

function run({ check }) {
  const stale = [];
  for (const { directory, generate } of GENERATORS) {
    const fresh = mkdtempSync(join(tmpdir(), 'forebay-generate-'));
    try {
      generate(fresh);
      const target = join(root, directory);
      const changed = differences(fresh, target).map((name) => join(directory, name));
      if (check) {
        stale.push(...changed);
      } else if (changed.length > 0) {
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target, { recursive: true });
        cpSync(fresh, target, { recursive: true });
        for (const name of changed) console.log(`generated ${name}`);
      }
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  if (stale.length > 0) {
    console.error(`generated files are out of date (run "npm run generate"):\n  ${stale.join('\n  ')}`);
    process.exitCode = 1;
  }
}

const unknown = process.argv.slice(2).filter((argument) => argument !== '--check');
if (unknown.length > 0) {
  console.error(`unknown argument "${unknown[0]}"; usage: node scripts/generate.mjs [--check]`);
  process.exitCode = 2;
} else {
  run({ check: process.argv.includes('--check') });
}
