/**
 * Loaded before a service, `node --require`: the service becomes one of a later release, which knows codec 2 of stream lists. The layout is that of
 * codec 1, only the number differs: what is tried is who may live beside whom. `FOREBAY_TEST_STREAM_CODEC` says which codec it writes.
 */
import { readFileSync } from 'node:fs';
import Module from 'node:module';

const FILE = /packages[\\/]algebra[\\/]dist[\\/]stream-tail\.js$/;
const READS_ONE = /view\.getUint8\(from \+ length - 1\) !== exports\.STREAM_CODEC/;
const READS_BOTH = '![1, 2].includes(view.getUint8(from + length - 1))';
const WRITES = /exports\.STREAM_CODEC = 1;/;

type Compiling = { _compile(text: string, file: string): void };
type Load = (module: Compiling, file: string) => void;

const extensions = (Module as unknown as { _extensions: Record<'.js', Load> })._extensions;
const load = extensions['.js'];

extensions['.js'] = (module, file) => {
  if (!FILE.test(file)) return load(module, file);
  const text = readFileSync(file, 'utf8');
  if (!READS_ONE.test(text) || !WRITES.test(text))
    throw new Error(
      `${file} does not say which codecs it reads and writes as this test expects: mend the test`,
    );
  const codec = process.env.FOREBAY_TEST_STREAM_CODEC === '2' ? 2 : 1;
  module._compile(
    text.replace(READS_ONE, READS_BOTH).replace(WRITES, `exports.STREAM_CODEC = ${codec};`),
    file,
  );
};
