import { featureText } from './feature-text';

test.each([
  [null, 'double', 'null'],
  [0.1 + 0.2, 'double', '0.3'],
  [1e21, 'double', '1e+21'],
  [9007199254740993n, 'int64', '9007199254740993'],
  [0, 'timestamp', '1970-01-01T00:00:00.000Z'],
  [true, 'bool', 'true'],
  ['ORD', 'string', 'ORD'],
  [['a', 'b,c'], 'string[]', '["a", "b,c"]'],
  [[1, 2.5], 'double[]', '[1, 2.5]'],
  [[], 'int64[]', '[]'],
  [Float32Array.of(0.1, -2), 'vector', '[0.1, -2]'],
  [new Float32Array(768), 'vector', '[0, 0, 0, 0, … 764 more]'],
] as const)('%j of type %s reads %s', (value, type, text) => {
  expect(featureText(value, type)).toBe(text);
});
