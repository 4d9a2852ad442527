import { archiveDifferences, type ExistingTable } from './archive-schema';
import type { ArchiveLayout } from './archive-tables';

const wanted: ArchiveLayout = {
  engine: 'ReplacingMergeTree',
  partitionKey: 'toYYYYMM(at)',
  sortingKey: ['user', 'at', '_log', '_offset'],
  columns: new Map([
    ['at', "DateTime64(3, 'UTC')"],
    ['user', 'Nullable(String)'],
    ['amount', 'Nullable(Float64)'],
  ]),
};

const table: ExistingTable = { ...wanted, sortingKey: '`user`, at, _log, _offset' };

describe('a table that exists', () => {
  it('fits with columns that are missing or that nobody needs', () => {
    const columns = new Map([...wanted.columns, ['old', 'Nullable(Int32)']]);
    columns.delete('amount');
    expect(archiveDifferences(wanted, { ...table, columns })).toEqual([]);
  });

  it('does not fit with another type, sorting key, partition key or engine: each is named with both sides', () => {
    const other: ExistingTable = {
      engine: 'MergeTree',
      partitionKey: '',
      sortingKey: 'at, _log, _offset',
      columns: new Map([...wanted.columns, ['amount', 'Nullable(String)']]),
    };
    expect(archiveDifferences(wanted, other)).toEqual([
      'the type of column "amount" is Nullable(String) there, and Nullable(Float64) by the definition',
      'the engine is MergeTree there, and ReplacingMergeTree by the definition',
      'the partition key is none there, and toYYYYMM(at) by the definition',
      'the sorting key is at, _log, _offset there, and user, at, _log, _offset by the definition',
    ]);
  });
});
