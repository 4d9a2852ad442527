/** A case as TypeScript, to be pasted into the named examples: what it has in common with a plain one is left out. */
import { isDeepStrictEqual } from 'node:util';
import { PLAIN_CASE } from '../examples/plain-case';
import type { ParityCase } from '../support/parity-case';
import type { TableCase } from '../tables/table-case';

export function exampleText(each: ParityCase): string {
  const { source, view, world, ...rest } = each;
  const parts = {
    source: differences(PLAIN_CASE.source, source),
    view: differences(PLAIN_CASE.view, view),
    world: differences(PLAIN_CASE.world, world),
    ...differences(PLAIN_CASE, {
      ...rest,
      source: PLAIN_CASE.source,
      view: PLAIN_CASE.view,
      world: PLAIN_CASE.world,
    }),
  };
  const told = Object.entries(parts).filter(([, part]) => !isDeepStrictEqual(part, {}));
  return `exampleCase(${literal(Object.fromEntries(told), '')})`;
}

/** Whole: what tables are made of is little. */
export function tableExampleText(each: TableCase): string {
  return literal(each, '');
}

function differences(plain: object, actual: object): Record<string, unknown> {
  const plainValues = plain as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(actual).filter(([name, value]) => !isDeepStrictEqual(plainValues[name], value)),
  );
}

const WIDTH = 100;

/** With bigints, −0, NaN and infinities; on one line where it is short. */
function literal(value: unknown, indent: string): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([name, item]) => `${name}: ${literal(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const line = `${open}${items.join(', ')}${close}`;
  if (line.length <= WIDTH && !line.includes('\n')) return line;
  return `${open.trim()}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close.trim()}`;
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'Number.NaN' : `Number.${value > 0 ? 'POSITIVE' : 'NEGATIVE'}_INFINITY`;
}
