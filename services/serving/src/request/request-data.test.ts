import { shopRegistry } from '../../../../test/integration/serving-shop';
import { AppliedRegistry } from '../registry/applied-registry';
import type { KeyColumn, RequestColumn, RequestKind } from './online-features-request';
import { requestDataOf } from './request-data';

const registry = new AppliedRegistry(shopRegistry());
const offer = registry.servicePlan('shop', 'offer');
const risk = registry.servicePlan('shop', 'risk');
const verdict = registry.servicePlan('shop', 'verdict');

const column = (
  name: string,
  kind: RequestKind,
  values: RequestColumn['values'],
  ...nulls: number[]
): RequestColumn => ({ name, kind, values, nulls });

const offerData = (columns: RequestColumn[], rows = 2) => requestDataOf(offer, columns, [], rows);

describe('requestDataOf', () => {
  it('gives one value for all rows, or one for each, in the order of the plan', () => {
    const data = offerData([column('pieces', 'integers', [3]), column('price', 'doubles', [0.5, 1.5])]);
    expect(data).toEqual([[0.5, 1.5], [3]]);
  });

  it('takes integers for doubles, and whatever stands where a value is null', () => {
    const price = column('price', 'integers', [2, 2n ** 60n]);
    expect(offerData([price, column('pieces', 'strings', ['', ''], 0, 1)])).toEqual([
      [2, 2 ** 60],
      [null, null],
    ]);
  });

  it('takes a field that is a join key from the keys', () => {
    const keys: KeyColumn[] = [
      { joinKey: 'customer', kind: 'integers', values: [1] },
      { joinKey: 'shop', kind: 'strings', values: ['s'] },
    ];
    const given = [
      column('note', 'strings', ['n']),
      column('at', 'integers', [7]),
      column('units', 'integers', [2n ** 62n]),
      column('amount', 'doubles', [0.5]),
    ];
    expect(risk.request.map(({ name, type, isJoinKey }) => [name, type, isJoinKey])).toEqual([
      ['amount', 'double', false],
      ['units', 'int64', false],
      ['at', 'timestamp', false],
      ['note', 'string', false],
      ['shop', 'string', true],
    ]);
    expect(requestDataOf(risk, given, keys, 1)).toEqual([[0.5], [2n ** 62n], [7], ['n'], ['s']]);
    const shop = column('shop', 'strings', ['s']);
    expect(() => requestDataOf(risk, [...given, shop], keys, 1)).toThrow(
      '"shop" is a join key, and is taken from the keys: leave it out',
    );
  });

  it('names every view that needs a field', () => {
    expect(() => requestDataOf(verdict, [], [{ joinKey: 'shop', kind: 'strings', values: [''] }], 1)).toThrow(
      'request field "amount" (double) is missing: on-demand views "risk@1", "verdict@1" need it',
    );
  });

  const pieces = column('pieces', 'integers', [1]);
  const price = column('price', 'doubles', [1]);

  it.each([
    [[price], 'request field "pieces" (int32) is missing: on-demand view "offer@1" needs it'],
    [[price, pieces, pieces], 'request field "pieces" is given twice'],
    [[price, pieces, column('prize', 'doubles', [1])], '"prize" is not known; did you mean "price"?'],
    [[price, pieces, column('x', 'doubles', [1])], 'offer@1 needs price (double), pieces (int32)'],
    [[price, { ...pieces, kind: 'several' }], '"pieces" (int32) has several lists: give integers only'],
    [[price, column('pieces', 'integers', [])], '"pieces" (int32) has no values for 2 rows'],
    [
      [price, column('pieces', 'integers', [1, 2, 3])],
      '"pieces" (int32) has 3 values for 2 rows: give one for all rows, or one for each; on-demand view "offer@1" needs it',
    ],
    [[price, column('pieces', 'integers', [1], 1)], 'null 1 is beyond its 1 values'],
    [
      [price, column('pieces', 'integers', [1, 2 ** 31])],
      'request field "pieces", row 1: the value is 2147483648, outside int32; on-demand view "offer@1" needs it',
    ],
    [
      [price, column('pieces', 'doubles', [1])],
      'request field "pieces": the value is 1, given in doubles, not an int32; on-demand view "offer@1" needs it',
    ],
    [[column('price', 'strings', ['1.5']), pieces], 'the value is "1.5", given in strings, not a double'],
    [
      [column('price', 'booleans', [true, false]), pieces],
      '"price", row 0: the value is true, given in booleans',
    ],
  ])('refuses what does not fit (%#)', (columns, message) => {
    expect(() => offerData(columns as RequestColumn[])).toThrow(message);
  });
});
