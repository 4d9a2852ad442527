/** The cells of a table's row as docs/CODEC.md has them: what the row hash is of. */
import type { TableView } from '@forebay/definitions';
import type { TableScalar, TableValueOf } from './oracle-table';

const elementOf = (type: string) => type.replace(/^list<(.*)>$/, '$1');

function scalarBytes(type: string, value: TableScalar): Buffer {
  const bytes = Buffer.alloc(8);
  switch (type) {
    case 'bool':
      return Buffer.of(Number(value));
    case 'int32':
      bytes.writeInt32LE(Number(value));
      return bytes.subarray(0, 4);
    case 'int64':
      bytes.writeBigInt64LE(BigInt(value));
      return bytes;
    case 'string':
      return Buffer.from(String(value));
    default:
      bytes.writeDoubleLE(Number(value));
      return bytes;
  }
}

function lengthBytes({ length }: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

function elementBytes(type: string, value: TableScalar): Buffer {
  if (type === 'vector') {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(Number(value));
    return bytes;
  }
  const bytes = scalarBytes(type, value);
  return type === 'string' ? Buffer.concat([lengthBytes(bytes), bytes]) : bytes;
}

const FIXED: Readonly<Record<string, number>> = { bool: 1, int32: 4, int64: 8, double: 8, timestamp: 8 };

/** @param values by feature of the view */
export function plainCells({ features }: TableView, values: readonly TableValueOf[]): Buffer {
  const ordered = features
    .map(({ name, type }, i) => ({ name, type, value: values[i] ?? null }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const nulls = Buffer.alloc(Math.ceil(ordered.length / 8));
  for (const [i, { value }] of ordered.entries()) if (value === null) nulls[i >> 3]! |= 1 << (i & 7);
  const [fixed, lengths, variable]: [Buffer[], Buffer[], Buffer[]] = [[], [], []];
  for (const { type, value } of ordered) {
    const size = FIXED[type];
    if (size !== undefined) {
      fixed.push(value === null ? Buffer.alloc(size) : scalarBytes(type, value as TableScalar));
      continue;
    }
    const element = type.startsWith('vector<') ? 'vector' : elementOf(type);
    const bytes =
      value === null
        ? Buffer.alloc(0)
        : Array.isArray(value)
          ? Buffer.concat(value.map((each) => elementBytes(element, each)))
          : scalarBytes(type, value as TableScalar);
    lengths.push(lengthBytes(bytes));
    variable.push(bytes);
  }
  return Buffer.concat([nulls, ...fixed, ...lengths, ...variable]);
}
