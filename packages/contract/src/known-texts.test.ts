import fc from 'fast-check';
import { knownText, rememberText } from './known-texts';

it('finds the text of the same bytes, wherever they stand, or none', () => {
  const text = fc.string({ maxLength: 80, unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 50 }), text, (texts, before) => {
      for (const each of texts) {
        const bytes = Buffer.from(before + each);
        const from = Buffer.byteLength(before);
        const found = knownText(bytes, from, bytes.length);
        if (found !== undefined) expect(found).toBe(each);
        rememberText(bytes, from, bytes.length, each);
        bytes.fill(0);
      }
    }),
  );
});

it('remembers names, and nothing that is too long for one', () => {
  const name = Buffer.from('airport_board');
  rememberText(name, 0, name.length, 'airport_board');
  expect(knownText(Buffer.from('>airport_board<'), 1, 14)).toBe('airport_board');
  const long = Buffer.alloc(65, 'a');
  rememberText(long, 0, long.length, long.toString());
  expect(knownText(long, 0, long.length)).toBeUndefined();
});
