import type { TableView } from '@forebay/definitions';
import { METADATA } from '../generators/generated-rows';
import { oracleTable, type TableRow } from './oracle-table';
import { plainCells } from './plain-cells';

const MINUTE = 60_000;

function viewOf(more: Partial<TableView> = {}): TableView {
  return {
    id: 1,
    name: 't',
    version: 1,
    entity: 'who',
    source: 'table',
    keyFields: ['who'],
    features: [
      { name: 'b', field: 'b', type: 'string', description: '' },
      { name: 'a', field: 'a', type: 'int32', description: '' },
    ],
    maxAgeMs: null,
    schedule: { intervalMs: MINUTE, waitMs: 1_000, delayMs: 5_000 },
    metadata: METADATA,
    fingerprint: '',
    ...more,
  };
}

const row = (eventTimeMs: number, knownAtMs: number, a: number): TableRow => ({
  eventTimeMs,
  knownAtMs,
  values: ['x', a],
});
const READ = MINUTE + 5_000;

describe('the value of a table view', () => {
  test('is that of the latest row that the tick sees: at the tick itself, known by the end of its wait', () => {
    const rows = [
      row(0, 0, 1),
      row(MINUTE, MINUTE + 1_000, 2),
      row(MINUTE + 1, 0, 3),
      row(MINUTE, MINUTE + 1_001, 4),
    ];
    expect(oracleTable(viewOf(), rows, READ).values).toEqual(['x', 2]);
    expect(oracleTable(viewOf(), rows, READ - 1).values).toEqual(['x', 1]);
    expect(oracleTable(viewOf(), rows, READ, MINUTE + 1_001).values).toEqual(['x', 4]);
  });

  test('is null and too old from 1 ms after max_age on', () => {
    const at = (maxAgeMs: number) => oracleTable(viewOf({ maxAgeMs }), [row(0, 0, 1)], READ);
    expect(at(MINUTE)).toMatchObject({ values: ['x', 1], status: null });
    expect(at(MINUTE - 1)).toMatchObject({ values: [null, null], status: 'OUTSIDE_MAX_AGE' });
  });

  test('is not there without a row', () => {
    expect(oracleTable(viewOf(), [row(MINUTE + 1, 0, 1)], READ)).toMatchObject({
      status: 'NOT_FOUND',
      row: null,
    });
  });
});

test('cells stand in the order of the names, those of variable length last', () => {
  const bytes = plainCells(viewOf(), ['xy', 258]);
  expect(bytes.toString('hex')).toBe('00' + '02010000' + '02000000' + '7879');
  expect(plainCells(viewOf(), [null, null]).toString('hex')).toBe('03' + '00000000' + '00000000');
});
