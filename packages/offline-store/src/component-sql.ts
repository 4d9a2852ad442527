import type { FixedComponent, Lane, VariableComponent, ViewLayout } from '@forebay/algebra';
import { categoryCounts, categorySums } from './category-sql';
import { type ComponentSql, countName, type StateSql } from './component-form';
import { decayed } from './decay-sql';
import { distinct } from './distinct-sql';
import { histogram, quantile } from './distribution-sql';
import { fixedEnd, nEnds, stringEnd } from './ends-sql';
import { extreme, maxTime, moments, skew, sum } from './moments-sql';
import { session, sessionSum } from './session-sql';
import { countColumn, variableColumn } from './state-bytes';

const counted = (lane: Lane) => ({ [countName(lane)]: `countIf(p${lane.index})` });

/** Of every component of the view, in the order of their columns. */
export function componentsSql({ fixed, variable, source }: ViewLayout): ComponentSql[] {
  const tiesRepeat = source.eventId !== null;
  return [
    ...fixed.map(fixedComponentSql),
    ...variable.map((component) => variableComponentSql(component, tiesRepeat)),
  ];
}

function fixedComponentSql(component: FixedComponent): ComponentSql {
  const { lane, kind, parameter } = component;
  const made = FIXED[kind](lane, parameter);
  return { ...made, aggregates: { ...counted(lane), ...made.aggregates } };
}

function variableComponentSql(component: VariableComponent, tiesRepeat: boolean): ComponentSql {
  const { lane } = component;
  const made = VARIABLE[component.kind](component, tiesRepeat);
  const cells = [`if(${countName(lane)} = 0, '', ${made.state})`];
  return { aggregates: { ...counted(lane), ...made.aggregates }, cells, column: variableColumn };
}

const FIXED = {
  count: (lane) => ({ aggregates: {}, cells: [countName(lane)], column: countColumn }),
  sum,
  min: (lane) => extreme(lane, 'min'),
  max: (lane) => extreme(lane, 'max'),
  moments,
  skew,
  first: (lane) => fixedEnd(lane, 'first'),
  last: (lane) => fixedEnd(lane, 'last'),
  max_time: maxTime,
  decayed_sum: (lane, halfLifeMs) => decayed(lane, halfLifeMs, 'sum'),
  decayed_count: (lane, halfLifeMs) => decayed(lane, halfLifeMs, 'count'),
} as const satisfies Record<FixedComponent['kind'], (lane: Lane, parameter: number) => ComponentSql>;

const VARIABLE = {
  first_string: ({ lane }, tiesRepeat) => stringEnd(lane, 'first', tiesRepeat),
  last_string: ({ lane }, tiesRepeat) => stringEnd(lane, 'last', tiesRepeat),
  first_n: ({ lane, parameter }) => nEnds(lane, 'first', parameter),
  last_n: ({ lane, parameter }) => nEnds(lane, 'last', parameter),
  distinct: ({ lane, parameter }) => distinct(lane, parameter),
  quantile: ({ lane }) => quantile(lane),
  histogram: ({ lane, bounds }) => histogram(lane, bounds),
  category_counts: ({ lane, parameter }) => categoryCounts(lane, parameter),
  category_sums: ({ lane, parameter }) => categorySums(lane, parameter),
  session: ({ lane, parameter }) => session(lane, parameter),
  session_sum: ({ lane, parameter }) => sessionSum(lane, parameter),
} as const satisfies Record<
  VariableComponent['kind'],
  (component: VariableComponent, tiesRepeat: boolean) => StateSql
>;
