/** Requests that are well-formed and wrong, of the project `shop`. */
import type { MessageInput } from '@forebay/contract';
import { status } from '@grpc/grpc-js';

export type Request = MessageInput<'GetOnlineFeaturesRequest'>;

/** A right request, but for `rest`. */
export const habits = (rest: Request = {}): Request => ({
  project: 'shop',
  feature_service: 'habits',
  keys: [{ join_key: 'customer', integers: [7] }],
  ...rest,
});

const offer = (request: NonNullable<Request['request']>): Request => ({
  project: 'shop',
  feature_service: 'offer',
  request,
});
const integers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** What it is, the request, its status and message, and the field that is to blame (empty: none). */
export const REFUSED_REQUESTS: readonly (readonly [string, Request, status, RegExp, string])[] = [
  ['nothing', {}, status.INVALID_ARGUMENT, /names neither a feature service nor a list of features/, ''],
  ['an unknown project', habits({ project: 'shops' }), status.NOT_FOUND, /project "shops".*"shop"/, ''],
  [
    'an unknown feature service',
    habits({ feature_service: 'habit' }),
    status.NOT_FOUND,
    /^no feature service "habit" in project "shop" \(there are: .*habits@1/,
    '',
  ],
  [
    'an unknown version',
    habits({ feature_service: 'habits@9' }),
    status.NOT_FOUND,
    /feature service "habits@9"/,
    '',
  ],
  [
    'an unknown feature',
    { project: 'shop', features: { features: [{ view: 'everything', feature: 'purchases_1d' }] } },
    status.NOT_FOUND,
    /purchases_1d.*purchases_1h/,
    '',
  ],
  [
    'an unknown view',
    { project: 'shop', features: { features: [{ view: 'everythin', feature: 'purchases_1h' }] } },
    status.NOT_FOUND,
    /everythin.*everything/,
    '',
  ],
  [
    'a key of the wrong type',
    habits({ keys: [{ join_key: 'customer', strings: ['7', '8'] }] }),
    status.INVALID_ARGUMENT,
    /^join key "customer", row 0: the value is "7", not an int64/,
    'keys["customer"][0]',
  ],
  [
    'a missing key',
    habits({ keys: [] }),
    status.INVALID_ARGUMENT,
    /^join key "customer" is missing: habits@1 needs customer \(int64\)/,
    'keys["customer"]',
  ],
  [
    'a key too many',
    habits({
      keys: [
        { join_key: 'customer', integers: [7] },
        { join_key: 'shop', strings: ['a'] },
      ],
    }),
    status.INVALID_ARGUMENT,
    /^join key "shop" is not one of the entities': habits@1 needs customer/,
    'keys["shop"]',
  ],
  [
    'a key given twice',
    habits({
      keys: [
        { join_key: 'customer', integers: [7] },
        { join_key: 'customer', integers: [7] },
      ],
    }),
    status.INVALID_ARGUMENT,
    /given twice/,
    'keys["customer"]',
  ],
  [
    'a key with values of two types',
    habits({ keys: [{ join_key: 'customer', integers: [7], strings: ['7'] }] }),
    status.INVALID_ARGUMENT,
    /several lists: give integers only/,
    'keys["customer"]',
  ],
  [
    'a key without values',
    habits({ keys: [{ join_key: 'customer' }] }),
    status.INVALID_ARGUMENT,
    /has no rows: give one value in integers for each row/,
    'keys["customer"]',
  ],
  [
    'too many rows',
    habits({ keys: [{ join_key: 'customer', integers: integers(101) }] }),
    status.INVALID_ARGUMENT,
    /101 entity rows, and at most 100 are answered: send them in parts/,
    'keys',
  ],
  [
    'request data of the wrong type',
    offer([
      { name: 'price', strings: ['9.90'] },
      { name: 'pieces', integers: [2] },
    ]),
    status.INVALID_ARGUMENT,
    /^request field "price": the value is "9.90", given in strings, not a double/,
    'request["price"][0]',
  ],
  [
    'request data out of range',
    offer([
      { name: 'price', doubles: [9.9] },
      { name: 'pieces', integers: [2 ** 31] },
    ]),
    status.INVALID_ARGUMENT,
    /2147483648, outside int32/,
    'request["pieces"][0]',
  ],
  [
    'request data that is missing',
    offer([{ name: 'price', doubles: [9.9] }]),
    status.INVALID_ARGUMENT,
    /^request field "pieces" \(int32\) is missing/,
    'request["pieces"]',
  ],
  [
    'request data that is not known',
    offer([
      { name: 'price', doubles: [9.9] },
      { name: 'piece', integers: [2] },
    ]),
    status.INVALID_ARGUMENT,
    /"piece" is not known; did you mean "pieces"\?/,
    'request["piece"]',
  ],
  [
    'request data for other rows',
    offer([
      { name: 'price', doubles: [1, 2, 3] },
      { name: 'pieces', integers: [1, 2] },
    ]),
    status.INVALID_ARGUMENT,
    /has 2 values for 3 rows/,
    'request["pieces"]',
  ],
  [
    'a name as long as a message',
    habits({
      keys: [
        { join_key: 'customer', integers: [7] },
        { join_key: 'x'.repeat(50_000), integers: [7] },
      ],
    }),
    status.INVALID_ARGUMENT,
    /^join key "x+…$/,
    'keys["xxx',
  ],
  [
    'rows whose answer is too long for a message',
    habits({ keys: [{ join_key: 'customer', integers: integers(100) }] }),
    status.INVALID_ARGUMENT,
    /^the answer has \d+ bytes, and at most 2000 are sent: ask for fewer rows or features/,
    '',
  ],
];
