/** The npm packages as they would be published, installed in an empty project and used. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';

const PUBLISHED = ['contract', 'expressions', 'definitions', 'client', 'jobs'];

/** Uses each package by what it is for, as far as that needs no server. */
const USE = `
const { compileProject, entity, project } = require('@forebay/definitions');
const { loadContract, loadFeastContract } = require('@forebay/contract');
const { connect } = require('@forebay/client');
const { JobQueue } = require('@forebay/jobs');
const shop = compileProject(project({ name: 'shop', entities: [entity({ name: 'customer', joinKeys: { customer: 'string' } })] }));
connect({ address: '127.0.0.1:9' }).close();
loadContract();
loadFeastContract();
if (typeof JobQueue !== 'function' || !shop) throw new Error('something is missing');
console.log('used');
`;

/** @returns {string[]} what is wrong */
export function publishedFaults(directory) {
  const packed = join(directory, 'packed');
  const project = join(directory, 'project');
  for (const each of [packed, project]) mkdirSync(each);
  run(
    'npm',
    ['pack', '--pack-destination', packed, ...PUBLISHED.flatMap((name) => ['-w', `packages/${name}`])],
    {
      cwd: ROOT,
    },
  );
  writeFileSync(join(project, 'package.json'), '{"private":true}');
  const tarballs = readdirSync(packed).map((file) => join(packed, file));
  run('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', ...tarballs], { cwd: project });
  writeFileSync(join(project, 'use.cjs'), USE);
  const said = run(process.execPath, ['use.cjs'], { cwd: project });
  return said.includes('used') ? [] : [said];
}
