import { typedColumn } from './staged-column';
import { rowsSqlOf, rowsText } from './staged-rows';

describe('staged rows', () => {
  it('are selected under their names by qualified ones, so that no name hides another column', () => {
    const columns = [typedColumn('c1', 'String', 0), typedColumn('a`b', 'Int64', 1)];
    expect(rowsSqlOf('t', columns)).toBe(
      'SELECT _forebay_rows._row AS _forebay_row, _forebay_rows.`c0` AS `c1`, _forebay_rows.`c1` AS `a\\`b` FROM `t` AS _forebay_rows ORDER BY _forebay_rows._row',
    );
  });

  it('are named by their numbers from 1 on, the first of them', () => {
    expect(rowsText([0], 1)).toBe('row 1');
    expect(rowsText([0, 4], 2)).toBe('rows 1 and 5');
    expect(rowsText([0, 4, 9], 3)).toBe('rows 1, 5 and 10');
    expect(rowsText([0, 4, 9], 1_000)).toBe('rows 1, 5, 10 and 997 more');
  });
});
