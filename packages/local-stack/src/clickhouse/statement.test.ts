import { isSelect, maskLiterals, parseStatement, quoteName, quoteString } from './statement';

test('the format is the one of the clause at the end, and the clause is cut out', () => {
  expect(parseStatement('SELECT 1 FORMAT RowBinary;\n')).toMatchObject({
    keyword: 'SELECT',
    sql: 'SELECT 1 ',
    format: 'RowBinary',
  });
});

test('settings after the format stay', () => {
  const { sql, format } = parseStatement('SELECT 1 FORMAT CSV SETTINGS max_threads = 1');
  expect(sql).toBe('SELECT 1  SETTINGS max_threads = 1');
  expect(format).toBe('CSV');
});

test.each([
  ["SELECT 'FORMAT CSV'"],
  ['SELECT 1 -- FORMAT CSV'],
  ['SELECT 1 /* FORMAT CSV */'],
  ['SELECT format FROM t'],
  ['SELECT a AS `FORMAT CSV`'],
  ['INSERT INTO t FORMAT JSONEachRow {"a":1}'],
  ["INSERT INTO t VALUES ('VALUES')"],
])('%s has no format clause', (text) => {
  expect(parseStatement(text).format).toBeNull();
});

test('an insert that ends in VALUES reads its data as Values', () => {
  expect(parseStatement('insert into t (a) values ')).toMatchObject({
    keyword: 'INSERT',
    sql: 'insert into t (a) ',
    format: 'Values',
  });
});

test('comments before the statement do not hide its keyword', () => {
  const text = "-- it's a note\n/* SELECT */ (SELECT 1)";
  expect(parseStatement(text).keyword).toBe('SELECT');
  expect(isSelect(parseStatement(text))).toBe(true);
  expect(isSelect(parseStatement('WITH 1 AS x SELECT x'))).toBe(true);
  expect(isSelect(parseStatement('SHOW TABLES'))).toBe(false);
});

test('masking keeps the length, and hides escaped and doubled quotes', () => {
  for (const text of [`'a\\'b'`, `'a''b'`, '"a""b"', '`a``b`', "'it''s -- no comment'", "'open"]) {
    expect(maskLiterals(text)).toBe('~'.repeat(text.length));
  }
  expect(maskLiterals("a -- 'b\nc")).toBe('a      \nc');
});

test('quoting escapes what would end the literal or name', () => {
  expect(quoteString("a'b\\")).toBe("'a\\'b\\\\'");
  expect(quoteName('a`b\\')).toBe('`a\\`b\\\\`');
});
