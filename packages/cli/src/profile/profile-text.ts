/** Profiles as people and programs read them. */
import { formatInstant } from '@forebay/contract';
import {
  type FeatureDrift,
  type FeatureProfile,
  QUANTILE_LEVELS,
  type StoredProfile,
  shortNumber,
} from '@forebay/profiles';
import type { Output } from '../output';
import { readableCount } from '../readable';
import { shareText } from '../training-set-report';
import type { Comparison } from './comparison';

export const STATISTICS = ['rows', 'null', 'distinct', 'min', 'mean', 'max', 'stddev', 'median'] as const;

/** What a feature's values are like, in the order of STATISTICS; of categories the commonest stands for the median. */
export function statisticsOf(profile: FeatureProfile): string[] {
  const { rows, nulls, distinct, moments, measure, quantiles, distribution } = profile;
  const written = (value: number | undefined) =>
    value === undefined ? '' : measure === 'instant' ? formatInstant(Math.round(value)) : shortNumber(value);
  const middle =
    distribution.kind === 'categorical'
      ? (distribution.categories[0] ?? '')
      : written(quantiles[QUANTILE_LEVELS.indexOf(0.5)]);
  return [
    readableCount(rows),
    shareText(nulls, rows),
    readableCount(distinct),
    written(moments?.min),
    written(moments?.mean),
    written(moments?.max),
    moments === null || measure === 'instant' ? '' : shortNumber(moments.stddev),
    middle,
  ];
}

export function distanceText(distance: number | null): string {
  return distance === null ? '' : distance.toFixed(3);
}

/** `profile "x": recomputed, 2001-06-01 until 2001-07-01`. */
export function headText({ profile, sample, sampleName, fromMs, untilMs }: StoredProfile): string {
  const interval =
    fromMs === null || untilMs === null ? '' : `, ${formatInstant(fromMs)} until ${formatInstant(untilMs)}`;
  return `"${profile}" (${sample.replace('_', ' ')}${sampleName === '' ? '' : ` ${sampleName}`}${interval})`;
}

export function comparisonText({ current, baseline, drift }: Comparison, output: Output): string {
  const compared = baseline !== null;
  const rows = current.features.map((profile, i) => [
    profile.feature,
    ...statisticsOf(profile),
    ...(compared ? driftCells(drift[i] as FeatureDrift, output) : []),
  ]);
  const head = ['feature', ...STATISTICS, ...(compared ? ['psi', 'ks', 'js', 'drift'] : [])];
  const lines = [output.table(head, rows), `profile ${headText(current)}`];
  if (compared) lines.push(`baseline ${headText(baseline)}`);
  return lines.join('\n');
}

function driftCells({ psi, ks, js, state, exceeded }: FeatureDrift, output: Output): string[] {
  const { red, yellow, green } = output.colors;
  const text = { drifted: red, unknown: yellow, steady: green }[state](state);
  const cell = (name: 'psi' | 'ks' | 'js', value: number | null) =>
    exceeded.includes(name) ? red(distanceText(value)) : distanceText(value);
  return [cell('psi', psi), cell('ks', ks), cell('js', js), text];
}
