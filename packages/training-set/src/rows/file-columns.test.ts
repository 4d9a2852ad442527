import { ForebayError } from '@forebay/contract';
import { checkNames, unreadable } from './file-columns';

describe('names of columns', () => {
  it.each([
    [['a', 'b', 'a'], 'rows file "x": two columns are named "a": rename one'],
    [['a', ''], 'rows file "x": column 2 has no name: name it'],
    [[], 'rows file "x": it has no columns'],
    [['_forebay_row'], 'rows file "x": a column "_forebay_row" is made here: rename yours'],
  ])('%j are refused', (names, message) => {
    expect(() => checkNames(names, 'rows file "x"')).toThrow(message);
  });
});

describe('what ClickHouse says of rows that it cannot read', () => {
  const said = (text: string, remedy?: string) =>
    unreadable(
      new ForebayError('internal', `clickhouse: INCORRECT_DATA (code 117): ${text}`),
      'file "x"',
      remedy,
    );

  it('is told with the row, without what nobody can use, and with what to do', () => {
    const text = 'Expected end of line: (at row 7)\n: \nRow 6:\nColumn 0, name: c0: While executing File.';
    const error = said(text, 'mend it');
    expect(error.message).toBe('file "x" can\'t be read at row 7: Expected end of line; mend it');
    expect(error.reason).toBe('invalid_request');
    expect(said('No such type. You can specify the structure manually').message).toBe(
      'file "x" can\'t be read: No such type',
    );
  });

  it('stays what it is when the server is away', () => {
    const away = new ForebayError('unavailable', 'clickhouse: refused');
    expect(unreadable(away, 'file "x"')).toBe(away);
  });
});
