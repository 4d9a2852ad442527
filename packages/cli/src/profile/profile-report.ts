/** The report of a profile: one HTML file with everything in it, pictures as SVG, no script, nothing from elsewhere. */
import { formatInstant } from '@forebay/contract';
import { counterpartOf, type FeatureDrift, type FeatureProfile } from '@forebay/profiles';
import type { Comparison } from './comparison';
import { chartDrawer, drawFeature } from './drift-charts';
import { distanceText, headText, STATISTICS, statisticsOf } from './profile-text';

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1f2933; margin: 2rem auto; max-width: 1000px; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
p { margin: .2rem 0; } .muted { color: #616e7c; }
table { border-collapse: collapse; margin: .7rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #e4e7eb; }
th { color: #616e7c; font-weight: 600; } th:first-child, td:first-child { text-align: left; }
.above { color: #b91c1c; font-weight: 600; }
.state { border-radius: 3px; padding: .05rem .45rem; font-size: .85rem; }
.drifted { background: #fee2e2; color: #b91c1c; } .steady { background: #dcfce7; color: #15803d; }
.unknown { background: #fef3c7; color: #b45309; }
.charts { display: flex; flex-wrap: wrap; gap: .5rem; } a { color: #2563eb; text-decoration: none; }
@media print { section { break-inside: avoid; } }`;

export async function profileReport(comparison: Comparison): Promise<string> {
  const { current, baseline } = comparison;
  const draw = await chartDrawer();
  const entries = entriesOf(comparison);
  const title = `Profile of ${current.project}`;
  const sections = entries.map(({ profile, before, drift }) =>
    [
      `<section id="${anchorOf(profile)}"><h2>${escaped(profile.feature)} ${stateOf(drift)}</h2>`,
      `<p class="muted">${escaped(profile.view)} · ${describedMeasure(profile)}</p>`,
      `<div class="charts">${drawFeature(draw, profile, before, drift).join('')}</div>`,
      statisticsTable(profile, before),
      '</section>',
    ].join('\n'),
  );
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(headText(current))}</p>`,
    baseline === null ? '' : `<p>compared with the baseline ${escaped(headText(baseline))}</p>`,
    `<p class="muted">made ${formatInstant(current.madeAtMs)}</p>`,
    overview(comparison, entries),
    ...sections,
    '</body></html>\n',
  ].join('\n');
}

interface Entry {
  readonly profile: FeatureProfile;
  readonly before: FeatureProfile | null;
  readonly drift: FeatureDrift | null;
}

/** What has drifted comes first, the most by PSI. */
function entriesOf({ current, baseline, drift }: Comparison): Entry[] {
  const entries = current.features.map((profile, i) => ({
    profile,
    before: baseline === null ? null : (counterpartOf(baseline.features, profile) ?? null),
    drift: drift[i] ?? null,
  }));
  const rank = ({ drift: found }: Entry) =>
    found === null ? 0 : found.state === 'drifted' ? 2 : found.state === 'unknown' ? 1 : 0;
  return entries.sort((a, b) => rank(b) - rank(a) || (b.drift?.psi ?? 0) - (a.drift?.psi ?? 0));
}

function overview({ baseline, thresholds }: Comparison, entries: readonly Entry[]): string {
  const compared = baseline !== null;
  const head = ['feature', ...STATISTICS, ...(compared ? ['PSI', 'KS', 'JS', ''] : [])];
  const rows = entries.map(({ profile, drift }) => [
    `<a href="#${anchorOf(profile)}">${escaped(profile.feature)}</a>`,
    ...statisticsOf(profile).map(escaped),
    ...(drift === null ? [] : [...distanceCells(drift), stateOf(drift)]),
  ]);
  const limits = compared
    ? `<p class="muted">Drifted is what is above a threshold: PSI ${thresholds.psi}, KS ${thresholds.ks}, JS ${thresholds.js}.</p>`
    : '';
  return `${table(head, rows)}${limits}`;
}

function distanceCells({ psi, ks, js, exceeded }: FeatureDrift): string[] {
  const cell = (name: 'psi' | 'ks' | 'js', value: number | null) =>
    exceeded.includes(name) ? `<span class="above">${distanceText(value)}</span>` : distanceText(value);
  return [cell('psi', psi), cell('ks', ks), cell('js', js)];
}

function statisticsTable(profile: FeatureProfile, before: FeatureProfile | null): string {
  const line = (name: string, of: FeatureProfile) => [name, ...statisticsOf(of).map(escaped)];
  const rows = [...(before === null ? [] : [line('baseline', before)]), line('current', profile)];
  return table(['', ...STATISTICS], rows);
}

/** Cells are HTML. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}

const DESCRIBED = {
  number: 'numbers',
  instant: 'instants, milliseconds since 1970',
  length: 'lengths of lists or maps',
  norm: 'lengths of vectors',
  category: 'categories',
} as const satisfies Record<FeatureProfile['measure'], string>;

function describedMeasure({ measure, absent }: FeatureProfile): string {
  const left = absent === 0 ? '' : `; ${absent.toLocaleString('en-US')} rows without any event are left out`;
  return `${DESCRIBED[measure]}${left}`;
}

function stateOf(drift: FeatureDrift | null): string {
  return drift === null ? '' : `<span class="state ${drift.state}">${drift.state}</span>`;
}

function anchorOf({ view, feature }: FeatureProfile): string {
  return encodeURIComponent(`${view}:${feature}`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
