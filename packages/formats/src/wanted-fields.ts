import { type EventSource, type ScalarType, segmentsOfField } from '@forebay/definitions';

/** A field of the source. */
export interface WantedField {
  readonly name: string;
  readonly type: ScalarType;
  /** In rows. */
  readonly place: number;
}

/** What is wanted at a place of a value: the value itself for fields, and parts of it by name or number. */
export interface Wanted {
  /** The names from the outermost in; none: the whole value. */
  readonly path: readonly string[];
  readonly fields: WantedField[];
  readonly parts: Map<string, Wanted>;
}

const ITEM = /^(0|[1-9]\d{0,8})$/;

/** Whether a name may pick an item of a list. */
export function isItem(name: string): boolean {
  return ITEM.test(name);
}

/** All fields of the source that stand in the value, as a tree of their paths. */
export function wantedFields({ fields, format }: EventSource): Wanted {
  const root: Wanted = { path: [], fields: [], parts: new Map() };
  fields.forEach(({ name, type }, place) => {
    let wanted = root;
    for (const segment of segmentsOfField(format, name) ?? []) wanted = partOf(wanted, segment);
    if (wanted !== root) wanted.fields.push({ name, type, place });
  });
  return root;
}

function partOf(wanted: Wanted, segment: string): Wanted {
  const existing = wanted.parts.get(segment);
  if (existing !== undefined) return existing;
  const part: Wanted = { path: [...wanted.path, segment], fields: [], parts: new Map() };
  wanted.parts.set(segment, part);
  return part;
}

/** Places of all fields in it. */
export function placesIn(wanted: Wanted): number[] {
  return [...wanted.fields.map(({ place }) => place), ...[...wanted.parts.values()].flatMap(placesIn)];
}

/** Code that makes all fields in it null. */
export function nullsOf(wanted: Wanted): string {
  return placesIn(wanted)
    .map((place) => `row[${place}] = null;`)
    .join(' ');
}
