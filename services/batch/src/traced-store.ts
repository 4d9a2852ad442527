/** ClickHouse, with a span of the active trace for each statement. */
import type { OfflineStore } from '@forebay/offline-store';
import { beginClientSpan } from '@forebay/service-kit';

/** A statement's text is not in its span: it is long, and names of tables and columns are in the job's. */
export function tracedStore(store: OfflineStore): OfflineStore {
  return {
    database: store.database,
    cluster: store.cluster,
    options: store.options,
    command: (query, ...rest) => traced(store, query, () => store.command(query, ...rest)),
    rows: <Row>(query: string, ...rest: Tail<OfflineStore['rows']>) =>
      traced(store, query, () => store.rows<Row>(query, ...rest)),
    insertRows: (table, rows) => traced(store, 'INSERT', () => store.insertRows(table, rows)),
    insertBytes: (query, ...rest) => traced(store, query, () => store.insertBytes(query, ...rest)),
    stream: (query, ...rest) => traced(store, query, () => store.stream(query, ...rest)),
    close: () => store.close(),
  };
}

type Tail<F extends (...all: never) => unknown> =
  Parameters<F> extends [unknown, ...infer Rest] ? Rest : never;

async function traced<T>({ database }: OfflineStore, query: string, work: () => Promise<T>): Promise<T> {
  const operation = operationOf(query);
  const end = beginClientSpan(operation, {
    'db.system.name': 'clickhouse',
    'db.namespace': database,
    'db.operation.name': operation,
  });
  if (end === null) return work();
  try {
    const result = await work();
    end(null);
    return result;
  } catch (thrown) {
    end(thrown as Error);
    throw thrown;
  }
}

/** The statement's first word, such as SELECT; of `WITH … SELECT` too. */
function operationOf(query: string): string {
  const word = /^[\s(]*([A-Za-z]+)/.exec(query)?.[1]?.toUpperCase() ?? 'QUERY';
  return word === 'WITH' ? 'SELECT' : word;
}
