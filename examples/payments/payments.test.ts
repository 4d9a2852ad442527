import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProject, compileYamlProject, type Project } from '@forebay/definitions';
import payments from './features';

/** A function's text as its tokens: a compiler of TypeScript may lay it out in its own way. */
const plain = (project: Project) => ({
  ...project,
  functions: project.functions.map((each) => ({ ...each, source: each.source.replaceAll(/\s/g, '') })),
});

test('the definitions are the same in TypeScript and in YAML, and so are all fingerprints', () => {
  const yaml = readFileSync(join(__dirname, 'features.yaml'), 'utf8');
  expect(plain(compileYamlProject(yaml))).toEqual(plain(compileProject(payments)));
});
