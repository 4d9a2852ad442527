import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const lines = (code: string) =>
  code
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

const example = lines(text('examples/client/read-features.ts'));

/** The blocks of TypeScript that use the client, without their imports. */
function blocksOf(path: string): string[] {
  const blocks = [...text(path).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
  return blocks.map((code) => lines(code.replace(/^import .*\n/gm, '')));
}

test.each(['packages/client/README.md', 'docs/READING.md'])('the examples of %s are compiled', (path) => {
  const blocks = blocksOf(path);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(example).toContain(block);
});
