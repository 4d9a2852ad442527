import { featureText } from './feature-text';

test.each([
  [null, 'double', 'null'],
  [0.1 + 0.2, 'double', '0.3'],
  [1e21, 'double', '1e+21'],
  [9007199254740993n, 'int64', '9007199254740993'],
  [0, 'timestamp', '1970-01-01T00:00:00.000Z'],
  [true, 'bool', 'true'],
  ['ORD', 'string', 'ORD'],
  [['a', 'b,c'], 'list<string>', '["a", "b,c"]'],
  [[1, 2.5], 'list<double>', '[1, 2.5]'],
  [[], 'list<int64>', '[]'],
  [Array.from({ length: 22 }, (_, i) => i), 'list<int32>', `[${[...Array(20).keys()].join(', ')}, … 2 more]`],
  [[0], 'list<timestamp>', '[1970-01-01T00:00:00.000Z]'],
  [new Map([['a"b', 0.1 + 0.2]]), 'map<string,double>', '{"a\\"b": 0.3}'],
  [
    new Map<number | bigint, number>([
      [-1, 2],
      [9007199254740993n, 3],
    ]),
    'map<int64,int64>',
    '{-1: 2, 9007199254740993: 3}',
  ],
  [new Map(), 'map<int64,int64>', '{}'],
  [Float32Array.of(0.1, -2), 'vector<2>', '[0.1, -2]'],
  [new Float32Array(768), 'vector<768>', '[0, 0, 0, 0, … 764 more]'],
] as const)('%j of type %s reads %s', (value, type, text) => {
  expect(featureText(value, type)).toBe(text);
});
