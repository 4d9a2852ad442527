import type { Lane } from '@forebay/algebra';
import { type ComponentSql, countName } from './component-form';
import { maxTimeAggregate, maxTimeName } from './moments-sql';
import { column } from './state-bytes';

/** Added to event times, so that none is negative (2^42 ms are 139 years): the aggregate takes instants from 0 on. */
const SHIFT_MS = '4398046511104';

/**
 * ClickHouse's exponential moving average is Σ x · 2^(−(newest − time) / half-life), relative to the newest time whatever the order
 * of events, times a constant; divided by what it makes of a single 1, it is the sum. No exponent is ever positive.
 */
export function decayed(lane: Lane, halfLifeMs: number, what: 'sum' | 'count'): ComponentSql {
  const name = `d${what === 'sum' ? 's' : 'c'}${halfLifeMs}_${lane.index}`;
  const value = what === 'sum' ? `toFloat64(x${lane.index})` : '1.';
  const average = `exponentialMovingAverage(${halfLifeMs})`;
  const none = `${countName(lane)} = 0`;
  return {
    aggregates: {
      ...maxTimeAggregate(lane),
      [name]: `exponentialMovingAverageIf(${halfLifeMs})(${value}, et + ${SHIFT_MS}, p${lane.index})`,
    },
    cells: [
      `if(${none}, -inf, toFloat64(${maxTimeName(lane)}))`,
      `if(${none}, 0., ${name} / arrayReduce('${average}', [1.], [1]))`,
    ],
    column: (times, sums) => column(8, times, sums),
  };
}
