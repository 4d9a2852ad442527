import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProject, compileYamlProject } from '@forebay/definitions';
import shop from '../templates/features';

const yaml = readFileSync(join(__dirname, '..', 'templates', 'features.yaml'), 'utf8');

test('the project to begin with is the same in TypeScript and in YAML', () => {
  expect(compileYamlProject(yaml)).toEqual(compileProject(shop));
});

test('the project in YAML of docs/DEFINITIONS.md compiles', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'DEFINITIONS.md'), 'utf8');
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(compileYamlProject(example ?? '').onDemandViews[0]?.features[0]?.type).toBe('double');
});
