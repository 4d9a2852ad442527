/** JSON documents of telling names, numbers, texts and blanks: valid, or nearly so. */
import type { Random } from '@forebay/testkit';
import { mutate } from './mutator';

const NAMES = [
  ...['at', 'ok', 'n', 'big', 'x', 's', 'nb', 'toString', 'p', 'list', 'deep', 'er', 'v', 'ü', '0', '1'],
  ...['aa', 'bb', 'zz', 'a', 'aaa'],
  ...['__proto__', 'constructor', 'valueOf', '', 'a"t', 'N', 'atat', '日本', 'n\u0000', 'length'],
];

/** Texts of values, most of them valid JSON. */
const VALUES = [
  ...[
    '0',
    '-0',
    '-0.0',
    '0e0',
    '7',
    '-7',
    '1.0',
    '1e2',
    '2147483647',
    '2147483648',
    '-2147483648',
    '1e400',
    '-1e400',
  ],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '123456789012345678901234567890',
  ],
  ...[
    '0.1',
    '1.7976931348623157e308',
    '5e-324',
    '4.9E-324',
    '2.2250738585072011e-308',
    '0.30000000000000004',
  ],
  ...[
    '999999999999999',
    '9999999999999999',
    '99999999999999.9',
    '0.000000000000001',
    '123456789.012345678',
    '1E+2',
    '1e-7',
  ],
  ...[
    '1768435200000',
    '-1',
    '8640000000000001',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    '1e+',
    '0x10',
    'NaN',
    'Infinity',
    '- 1',
  ],
  ...['true', 'false', 'null', 'True', 'tru', 'nul', 'nulll', 'undefined', 'truefalse'],
  ...[
    '""',
    '"a"',
    '"é"',
    '"日本"',
    '"😀"',
    '"a\\u0062"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u00e9"',
  ],
  ...[
    '"\\n\\t\\"\\\\\\/\\b\\f\\r"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12G4"',
    '"a\tb"',
    '"a\u0000b"',
    '"\u007f"',
    '"\u2028"',
    '"',
  ],
  ...[
    '"42"',
    '"-42"',
    '"9223372036854775807"',
    '"9223372036854775808"',
    '"-9223372036854775808"',
    '"042"',
    '"-0"',
    '" 1"',
  ],
  ...[
    '"2026-01-15T12:34:56Z"',
    '"2026-01-15T12:34:56.789Z"',
    '"2026-02-31T00:00:00Z"',
    '"2024-02-29T23:59:59.999Z"',
  ],
  ...[
    '"2026-01-15T12:34:56+02:00"',
    '"2026-01-15T12:34:60Z"',
    '"2026-01-15T24:00:00Z"',
    '"2026-13-01T00:00:00Z"',
  ],
  ...[
    '"2026-01-15T12:34:56.7Z"',
    '"2026-01-15T12:34:56.7891Z"',
    '"2026-01-15 12:34:56Z"',
    '"0001-01-01T00:00:00Z"',
    '"1969-12-31T23:59:59.999Z"',
  ],
  ...[
    '"2026-01-15T12:34:56.789z"',
    '"2026-1-15T12:34:56Z"',
    '"20260115T123456Z"',
    '"2026-01-15T12:34:56"',
    '"1000-03-01T00:00:00Z"',
  ],
  ...[
    '[]',
    '{}',
    '[[]]',
    '[1,2]',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{1:2}',
    '[1 2]',
    '{"a" 1}',
    '[}',
    '{]',
  ],
];

const BLANKS = ['', '', '', '', ' ', '\n', '\t\r ', '\u00a0', '\f', '\u0001', '\ufeff', '/**/'];
/** Blanks that are some have a chance of one in so many to be wrong ones. */
const FIRST_WRONG_BLANK = 7;

function blank(random: Random): string {
  const wrong = random.chance(0.003);
  return wrong
    ? (BLANKS[FIRST_WRONG_BLANK + random.integer(BLANKS.length - FIRST_WRONG_BLANK)] as string)
    : (BLANKS[random.integer(FIRST_WRONG_BLANK)] as string);
}

function valueText(random: Random, depth: number): string {
  if (depth > 0 && random.chance(0.35))
    return random.chance(0.6) ? objectText(random, depth - 1) : listText(random, depth - 1);
  // the first ones are what events mostly hold
  return random.chance(0.3) ? numberText(random) : random.pick(VALUES);
}

function numberText(random: Random): string {
  if (random.chance(0.4)) return String(random.integer(2000) - 1000);
  const digits = () => String(random.integer(10 ** (1 + random.integer(9))));
  const size = `${digits()}${random.chance(0.5) ? digits() : ''}`;
  return `${random.chance(0.2) ? '-' : ''}${size}${random.chance(0.7) ? `.${digits()}${digits()}` : ''}`;
}

function listText(random: Random, depth: number): string {
  const items = Array.from(
    { length: random.integer(4) },
    () => `${blank(random)}${valueText(random, depth)}${blank(random)}`,
  );
  return `[${items.join(',')}${items.length === 0 ? blank(random) : ''}]`;
}

function nameText(random: Random): string {
  const name = random.pick(NAMES);
  if (random.chance(0.95)) return JSON.stringify(name);
  return `"${[...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
}

function objectText(random: Random, depth: number): string {
  const members = Array.from(
    { length: random.integer(7) },
    () =>
      `${blank(random)}${nameText(random)}${blank(random)}:${blank(random)}${valueText(random, depth)}${blank(random)}`,
  );
  return `{${members.join(',')}${members.length === 0 ? blank(random) : ''}}`;
}

/** Documents that are mostly right: a wrong one says little of its other values. */
export function documentOf(random: Random, corpus: readonly Uint8Array[]): Buffer {
  let text: string;
  do text = `${blank(random)}${objectText(random, 4)}${blank(random)}`;
  while (!isValid(text) && random.chance(0.8));
  const bytes = Buffer.from(text);
  return random.chance(0.25) ? mutate(random, [bytes, ...corpus]) : bytes;
}

function isValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
