import { problemsOf } from './compiling.fixture';
import { paymentsProject } from './payments.fixture';

const sourceProblems = (tableSource: object) => problemsOf(paymentsProject({ tableSource }));

const fields = { customer: 'int64', since: 'timestamp', seen: 'timestamp', limit: 'double', tier: 'string' };
const place = 'table source "profiles"';

describe('table sources', () => {
  it.each<[object, string]>([
    [{ table: undefined }, `${place}: it has neither a table nor a query: give one of them`],
    [{ query: 'SELECT 1' }, `${place}: it has a table and a query: leave one of them out`],
    [{ table: 'a b' }, `${place}, table: "a b" is not a table: write "table" or "database.table"`],
    [
      { table: undefined, query: 'DROP TABLE x' },
      `${place}, query: "DROP TABLE x" is not a query: begin it with SELECT or WITH`,
    ],
    [
      { table: undefined, query: 'SELECT * FROM x;' },
      `${place}, query: "SELECT * FROM x;" ends with ";": leave that out`,
    ],
    [
      { fields: { ...fields, taste: 'vector<0>' } },
      `${place}, field "taste": a vector has 1 to 16384 numbers, not 0`,
    ],
    [
      { fields: { ...fields, taste: 'map<string,int64>' } },
      `${place}, field "taste": "map<string,int64>" is not a type of fields of tables: they are bool, int32, int64, double, string, timestamp, list<…> of these, and vector<n>`,
    ],
    [
      { fields: { ...fields, 'a b': 'double' } },
      `${place}, field "a b": "a b" is not a name of a field: use a letter, then up to 62 letters, digits or _`,
    ],
    [
      { eventTime: 'at' },
      `${place}, eventTime: there is no field "at": the fields are "customer", "since", "seen", "limit", "tier", "taste"`,
    ],
    [{ eventTime: 'tier' }, `${place}, eventTime: field "tier" is string, not timestamp`],
    [{ knownAt: 'limit' }, `${place}, knownAt: field "limit" is double, not timestamp`],
    [{ topic: 'x' }, `${place}: unknown option "topic": check its spelling, or leave it out`],
  ])('%j are refused', (tableSource, problem) => {
    expect(sourceProblems(tableSource)).toContain(problem);
  });

  it.each(['SELECT * FROM crm.profiles', '\n  with x as (select 1) select * from x\n'])(
    'may be a query: %j',
    (query) => {
      expect(sourceProblems({ table: undefined, query })).toEqual([]);
    },
  );
});
