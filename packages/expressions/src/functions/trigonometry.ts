import { strict1, strict2 } from '../closures';
import { canonicalDouble } from '../double';
import type { FunctionSpec } from '../function-spec';
import { finiteOrNull } from './arithmetic';
import { double1 } from './mathematics';

/** Radians in a degree, and degrees in a radian: the nearest doubles, the same on both paths. */
export const RADIANS = 0.017453292519943295;
const DEGREES = 57.29577951308232;

/** Beyond it the hyperbolic tangent is nearer to ±1 than to any other double. */
const TANH_IS_ONE = 22;

function one(name: string, apply: (a: number) => number, doc: string, example: string): FunctionSpec {
  return { group: 'Trigonometry', doc, example, signatures: double1(apply, name) };
}

function scaled(factor: number, doc: string, example: string): FunctionSpec {
  return {
    group: 'Trigonometry',
    doc,
    example,
    signatures: [
      {
        parameters: ['double'],
        result: 'double',
        closure: (_call, a) => (row) => {
          const x = a(row) as number | null;
          return x === null ? null : canonicalDouble(x * factor);
        },
        sql: (_call, a) => finiteOrNull(`(${a} * ${factor})`),
      },
    ],
  };
}

export const TRIGONOMETRY = {
  sin: one('sin', Math.sin, 'The sine of an angle in radians.', 'sin(radians(distance))'),
  cos: one('cos', Math.cos, 'The cosine of an angle in radians.', 'cos(radians(distance))'),
  tan: one('tan', Math.tan, 'The tangent of an angle in radians.', 'tan(radians(distance))'),
  asin: one(
    'asin',
    Math.asin,
    'The arc sine, in radians; null outside of [−1, 1].',
    'asin(distance / 1000.0)',
  ),
  acos: one(
    'acos',
    Math.acos,
    'The arc cosine, in radians; null outside of [−1, 1].',
    'acos(distance / 1000.0)',
  ),
  atan: one('atan', Math.atan, 'The arc tangent, in radians.', 'atan(distance)'),
  atan2: {
    group: 'Trigonometry',
    doc: 'The angle in radians, −π to π, from the positive x axis to the point (second, first argument).',
    example: 'atan2(distance, double(delay))',
    signatures: [
      {
        parameters: ['double', 'double'],
        result: 'double',
        closure: strict2((y: number, x: number) => canonicalDouble(Math.atan2(y, x))),
        sql: (_call, y, x) => finiteOrNull(`atan2(${y}, ${x})`),
      },
    ],
  },
  sinh: one('sinh', Math.sinh, 'The hyperbolic sine.', 'sinh(distance / 1000.0)'),
  cosh: one('cosh', Math.cosh, 'The hyperbolic cosine.', 'cosh(distance / 1000.0)'),
  tanh: {
    group: 'Trigonometry',
    doc: 'The hyperbolic tangent.',
    example: 'tanh(distance / 1000.0)',
    signatures: [
      {
        parameters: ['double'],
        result: 'double',
        closure: strict1((x: number) => canonicalDouble(Math.tanh(x))),
        // ClickHouse's own has few digits near zero.
        sql: ({ scope }, a) =>
          scope.bind(
            [a],
            (x) => `(if(abs(${x}) > ${TANH_IS_ONE}, toFloat64(sign(${x})), sinh(${x}) / cosh(${x})) + 0.0)`,
          ),
      },
    ],
  },
  radians: scaled(RADIANS, 'Degrees as radians.', 'radians(distance)'),
  degrees: scaled(DEGREES, 'Radians as degrees.', 'degrees(atan(distance))'),
} as const satisfies Record<string, FunctionSpec>;
