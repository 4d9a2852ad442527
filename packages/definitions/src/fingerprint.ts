import { xxHash64 } from '@forebay/contract';
import type { Meaning } from './meaning';

/** Distinguishes the two halves, so that a collision in one is none in the other. */
const SECOND_HALF_PREFIX = 'fingerprint';

/** 32 hex digits: a hash of everything that gives the view its meaning, whatever the order of declaration. */
export function fingerprintOf(meaning: Meaning): string {
  const canonical = canonicalJson(meaning);
  return hash(canonical) + hash(SECOND_HALF_PREFIX + canonical);
}

function hash(text: string): string {
  return xxHash64(Buffer.from(text)).toString(16).padStart(16, '0');
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** JSON whose objects' members are in the order of their names. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const members = Object.entries(value as Record<string, Json>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
