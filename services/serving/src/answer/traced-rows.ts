import type { ForebayError } from '@forebay/contract';
import { beginClientSpan, tracingIsOn } from '@forebay/service-kit';
import type { ReadRows, RowsReader } from './stored-rows';

/** Tells `to` what it is told, and what the read took in a span of the call's trace; `to` itself where nothing is recorded. */
export function tracedRows(to: RowsReader, rows: number): RowsReader {
  if (!tracingIsOn()) return to;
  const end = beginClientSpan('MGET', {
    'db.system.name': 'redis',
    'db.operation.name': 'MGET',
    'forebay.rows': rows,
  });
  return end === null ? to : new TracedRows(to, end);
}

class TracedRows implements RowsReader {
  readonly keepsReads: boolean;

  constructor(
    private readonly to: RowsReader,
    private readonly end: (error: Error | null) => void,
  ) {
    this.keepsReads = to.keepsReads;
  }

  onRows(reads: readonly ReadRows[]): void {
    this.end(null);
    this.to.onRows(reads);
  }

  onError(error: ForebayError): void {
    this.end(error);
    this.to.onError(error);
  }
}
