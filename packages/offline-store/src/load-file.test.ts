import { csvHeader, ndjsonKeys } from './load-file';

describe('column names of text files', () => {
  it('are read from the first line of CSV, quoted or not', () => {
    expect(csvHeader('a, b ,"c, ""d""",e\r\n1,2,3,4\n')).toEqual(['a', 'b', 'c, "d"', 'e']);
    expect(csvHeader(',a,"",b"c,\n1')).toEqual(['', 'a', '', 'b"c', '']);
    expect(csvHeader('')).toEqual(['']);
  });

  it('are all keys of the first lines of NDJSON, without the line that the sample cuts off', () => {
    expect([...ndjsonKeys('{"a":1}\n\n{"b":null,"a":2}\n{"c":', 'file')]).toEqual(['a', 'b']);
    expect([...ndjsonKeys('{"a":1}', 'file')]).toEqual(['a']);
  });

  it('say which line is no JSON object', () => {
    expect(() => ndjsonKeys('{"a":1}\n[1]\n{}\n', 'file "x"')).toThrow(
      'file "x", line 2: not a JSON object: [1]',
    );
  });
});
