import { strict1, strict2, strict3, strictAll } from '../closures';
import { canonicalDouble } from '../double';
import type { FunctionSpec } from '../function-spec';
import { finiteOrNull } from './arithmetic';

export const STATISTICS = {
  ratio: {
    group: 'Statistics',
    doc: 'The quotient as a double, of ints too; null when dividing by zero.',
    example: 'ratio(delay, flight_number)',
    signatures: [
      {
        parameters: ['double', 'double'],
        result: 'double',
        closure: strict2((a: number, b: number) => canonicalDouble(a / b)),
        sql: (_call, a, b) => finiteOrNull(`(${a} / ${b})`),
      },
    ],
  },
  percent_change: {
    group: 'Statistics',
    doc: 'The change from the first to the second argument in hundredths of the first: (to − from) / |from| · 100; null from zero.',
    example: 'percent_change(distance, distance + 10.0)',
    signatures: [
      {
        parameters: ['double', 'double'],
        result: 'double',
        closure: strict2((from: number, to: number) => canonicalDouble(((to - from) / Math.abs(from)) * 100)),
        sql: ({ scope }, a, b) =>
          scope.bind([a, b], (from, to) => finiteOrNull(`((${to} - ${from}) / abs(${from}) * 100)`)),
      },
    ],
  },
  zscore: {
    group: 'Statistics',
    doc: 'How many standard deviations a value is above the mean: (x − mean) / sd; null unless sd is positive.',
    example: 'zscore(double(delay), 10.5, 30.0)',
    signatures: [
      {
        parameters: ['double', 'double', 'double'],
        result: 'double',
        closure: strict3((x: number, mean: number, sd: number) =>
          sd > 0 ? canonicalDouble((x - mean) / sd) : null,
        ),
        sql: ({ scope }, x, mean, sd) =>
          scope.bind([sd], (s) => finiteOrNull(`((${x} - ${mean}) / if(${s} > 0, ${s}, NULL))`)),
      },
    ],
  },
  min_max: {
    group: 'Statistics',
    doc: 'A value scaled so that `low` becomes 0 and `high` becomes 1: (x − low) / (high − low); null where they are equal.',
    example: 'min_max(double(delay), -60.0, 180.0)',
    signatures: [
      {
        parameters: ['double', 'double', 'double'],
        result: 'double',
        closure: strict3((x: number, low: number, high: number) => canonicalDouble((x - low) / (high - low))),
        sql: ({ scope }, x, low, high) =>
          scope.bind([low], (lo) => finiteOrNull(`((${x} - ${lo}) / (${high} - ${lo}))`)),
      },
    ],
  },
  sigmoid: {
    group: 'Statistics',
    doc: 'The logistic function, 1 / (1 + e^−x).',
    example: 'sigmoid(distance / 100.0)',
    signatures: [
      {
        parameters: ['double'],
        result: 'double',
        closure: strict1((x: number) => canonicalDouble(1 / (1 + Math.exp(-x)))),
        sql: (_call, x) => finiteOrNull(`(1 / (1 + exp(0.0 - ${x})))`),
      },
    ],
  },
  bucket: {
    group: 'Statistics',
    doc: 'How many of the bounds are not above the first argument: with ascending bounds, the number of its bucket from 0.',
    example: 'bucket(delay, 0, 15, 60)',
    signatures: [
      {
        parameters: ['double', 'double'],
        variadic: true,
        result: 'int',
        closure: strictAll((x: number, ...bounds: number[]) => {
          let reached = 0;
          for (const bound of bounds) if (x >= bound) reached += 1;
          return reached;
        }),
        sql: ({ scope }, value, ...bounds) =>
          scope.bind([value], (x) => `toInt64(${bounds.map((bound) => `(${x} >= ${bound})`).join(' + ')})`),
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
