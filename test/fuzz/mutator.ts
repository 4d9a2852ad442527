import type { Random } from '@forebay/testkit';

/** Bytes at which decoders change their mind. */
const TELLING_BYTES = [0, 1, 2, 7, 8, 0x0a, 0x1a, 0x22, 0x7f, 0x80, 0xfe, 0xff];
/** Numbers as they stand in lengths and counts: none, one too many, the largest of each width. */
const TELLING_VARINTS = [
  [0x00],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];
const MOST_MUTATIONS = 6;
const LONGEST_RUN = 24;
const LONGEST_GARBAGE = 200;
const DEEPEST = 5_000;

type Mutation = (bytes: Buffer, random: Random, corpus: readonly Uint8Array[]) => Buffer;

const place = (bytes: Buffer, random: Random) => random.integer(bytes.length + 1);

function garbage(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.integer(most) + 1 }, () => random.integer(256)));
}

function insert(bytes: Buffer, at: number, inserted: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}

function remove(bytes: Buffer, random: Random): Buffer {
  const from = place(bytes, random);
  const to = Math.min(bytes.length, from + 1 + random.integer(LONGEST_RUN));
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

function overwrite(bytes: Buffer, random: Random, value: (before: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  const at = random.integer(copy.length);
  copy[at] = value(copy[at] as number);
  return copy;
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const from = place(bytes, random);
  const run = bytes.subarray(from, from + 1 + random.integer(LONGEST_RUN));
  return insert(bytes, place(bytes, random), Buffer.concat(new Array(1 + random.integer(8)).fill(run)));
}

/** Messages in messages in messages, of one field. */
function nest(bytes: Buffer, random: Random): Buffer {
  const tag = (random.integer(8) << 3) | 2;
  const depth = random.integer(random.chance(0.01) ? DEEPEST : LONGEST_RUN);
  const headers: number[][] = [];
  let size = bytes.length;
  for (let i = 0; i < depth; i++) {
    const header = [tag];
    for (let rest = size; ; rest >>>= 7) {
      header.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
      if (rest < 0x80) break;
    }
    headers.push(header);
    size += header.length;
  }
  return Buffer.concat([Buffer.from(headers.reverse().flat()), bytes]);
}

/** What is done to the bytes of a valid input. */
export const MUTATIONS = {
  'a flipped bit': (bytes, random) => overwrite(bytes, random, (before) => before ^ (1 << random.integer(8))),
  'another byte': (bytes, random) => overwrite(bytes, random, () => random.pick(TELLING_BYTES)),
  'cut off': (bytes, random) => bytes.subarray(0, random.integer(bytes.length + 1)),
  'bytes removed': remove,
  'bytes inserted': (bytes, random) => insert(bytes, place(bytes, random), garbage(random, LONGEST_RUN)),
  'bytes appended': (bytes, random) => Buffer.concat([bytes, garbage(random, LONGEST_RUN)]),
  'bytes repeated': repeat,
  'a number inserted': (bytes, random) =>
    insert(bytes, place(bytes, random), Buffer.from(random.pick(TELLING_VARINTS))),
  'another input within': (bytes, random, corpus) => {
    const other = Buffer.from(random.pick(corpus));
    return insert(bytes, place(bytes, random), other.subarray(random.integer(other.length + 1)));
  },
  nested: nest,
  garbage: (_, random) => garbage(random, LONGEST_GARBAGE),
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof MUTATIONS;

const NAMES = Object.keys(MUTATIONS) as MutationName[];

/** One input of the corpus, changed in one way. */
export function mutateOnce(
  name: MutationName,
  input: Uint8Array,
  random: Random,
  corpus: readonly Uint8Array[],
): Buffer {
  return MUTATIONS[name](Buffer.from(input), random, corpus);
}

/** One input of the corpus, changed in a few ways, one after another. */
export function mutate(random: Random, corpus: readonly Uint8Array[]): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(corpus));
  // one change is what most often gets past the first check
  const times = random.chance(0.5) ? 1 : 1 + random.integer(MOST_MUTATIONS);
  for (let i = 0; i < times; i++) bytes = MUTATIONS[random.pick(NAMES)](bytes, random, corpus);
  return bytes;
}
