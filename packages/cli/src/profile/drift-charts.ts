/** Pictures of distributions, as SVG. */
import {
  type FeatureDrift,
  type FeatureProfile,
  type NumericDistribution,
  shareUpTo,
  shortNumber,
} from '@forebay/profiles';
import type { EChartsOption } from 'echarts';

const COLORS = { baseline: '#9aa5b1', current: '#2563eb' } as const;
const HISTOGRAM_BINS = 40;
const CURVE_POINTS = 120;
/** The rarest values at each end would make the rest a single bar. */
const SHOWN_SHARES = [0.005, 0.995] as const;
const MOST_BARS = 12;
const HEIGHT = 210;

type Draw = (option: EChartsOption, width: number) => string;

/** The library is loaded when the first picture is drawn: no other command needs it. */
export async function chartDrawer(): Promise<Draw> {
  const { init } = await import('echarts');
  return (option, width) => {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: HEIGHT });
    chart.setOption({ animation: false, ...option });
    const svg = chart.renderToSVGString();
    chart.dispose();
    return svg;
  };
}

/** Each is an SVG; of numbers a histogram and the cumulative shares, of categories bars. */
export function drawFeature(
  draw: Draw,
  current: FeatureProfile,
  baseline: FeatureProfile | null,
  drift: FeatureDrift | null,
): string[] {
  const before = baseline?.distribution ?? null;
  const { distribution } = current;
  if (distribution.kind === 'numeric') {
    const other = before?.kind === 'numeric' && before.uppers.length > 0 ? before : null;
    if (distribution.uppers.length === 0 && other === null) return [];
    return [draw(histogramOption(distribution, other), 520), draw(curvesOption(distribution, other), 360)];
  }
  const bins = drift === null || drift.bins.length === 0 ? ownBars(current) : drift.bins;
  return [draw(barsOption(bins.slice(0, MOST_BARS), drift !== null), 520)];
}

function ownBars({ distribution, rows }: FeatureProfile): { label: string; current: number }[] {
  if (distribution.kind !== 'categorical' || rows === 0) return [];
  return distribution.categories.map((category, i) => ({
    label: JSON.stringify(category),
    current: (distribution.counts[i] as number) / rows,
  }));
}

const SIDES = ['baseline', 'current'] as const;

const percent = (share: number) => Number((share * 100).toPrecision(4));

const LAYOUT = {
  grid: { left: 48, right: 12, top: 28, bottom: 34 },
  textStyle: { fontFamily: 'system-ui, sans-serif' },
} as const;

function legendOf(hasBaseline: boolean) {
  return { top: 0, data: SIDES.filter((side) => side === 'current' || hasBaseline) };
}

function histogramOption(current: NumericDistribution, baseline: NumericDistribution | null): EChartsOption {
  const edges = edgesOf([current, ...(baseline === null ? [] : [baseline])], HISTOGRAM_BINS);
  const sharesOf = (distribution: NumericDistribution) =>
    edges.slice(1).map((edge, i) => {
      const from = i === 0 ? 0 : shareUpTo(distribution, edges[i] as number);
      const isLast = i === edges.length - 2;
      return percent((isLast ? 1 : shareUpTo(distribution, edge)) - from);
    });
  return {
    ...LAYOUT,
    legend: legendOf(baseline !== null),
    xAxis: { type: 'category', data: edges.slice(1).map(shortNumber), axisTick: { show: false } },
    yAxis: { type: 'value', axisLabel: { formatter: '{value} %' } },
    series: sidesOf(current, baseline).map(([side, distribution]) => ({
      name: side,
      type: 'bar',
      barGap: '-100%',
      barCategoryGap: '5%',
      itemStyle: { color: COLORS[side], opacity: 0.6 },
      data: sharesOf(distribution),
    })),
  };
}

function curvesOption(current: NumericDistribution, baseline: NumericDistribution | null): EChartsOption {
  const points = edgesOf([current, ...(baseline === null ? [] : [baseline])], CURVE_POINTS);
  return {
    ...LAYOUT,
    legend: legendOf(baseline !== null),
    xAxis: { type: 'value', min: 'dataMin', max: 'dataMax', axisLabel: { hideOverlap: true } },
    yAxis: { type: 'value', min: 0, max: 100, axisLabel: { formatter: '≤ {value} %' } },
    series: sidesOf(current, baseline).map(([side, distribution]) => ({
      name: side,
      type: 'line',
      step: 'end',
      showSymbol: false,
      lineStyle: { color: COLORS[side], width: 2 },
      itemStyle: { color: COLORS[side] },
      data: points.map((x) => [Number(shortNumber(x)), percent(shareUpTo(distribution, x))]),
    })),
  };
}

function barsOption(
  bins: readonly { readonly label: string; readonly baseline?: number; readonly current: number }[],
  hasBaseline: boolean,
): EChartsOption {
  return {
    ...LAYOUT,
    legend: legendOf(hasBaseline),
    xAxis: { type: 'category', data: bins.map(({ label }) => label), axisLabel: { interval: 0, rotate: 30 } },
    yAxis: { type: 'value', axisLabel: { formatter: '{value} %' } },
    series: SIDES.filter((side) => side === 'current' || hasBaseline).map((side) => ({
      name: side,
      type: 'bar',
      itemStyle: { color: COLORS[side] },
      data: bins.map((bin) => percent(bin[side] ?? 0)),
    })),
  };
}

function sidesOf(
  current: NumericDistribution,
  baseline: NumericDistribution | null,
): (readonly ['baseline' | 'current', NumericDistribution])[] {
  return [...(baseline === null ? [] : [['baseline', baseline] as const]), ['current', current] as const];
}

/** Equal steps over what most values of all lie in; where all values are equal, around them. */
function edgesOf(distributions: readonly NumericDistribution[], steps: number): number[] {
  const shown = distributions.filter(({ uppers }) => uppers.length > 0);
  const [low, high] = SHOWN_SHARES;
  const from = Math.min(...shown.map((distribution) => quantileOf(distribution, low)));
  const to = Math.max(...shown.map((distribution) => quantileOf(distribution, high)));
  const [least, greatest] = from === to ? [from - 1, to + 1] : [from, to];
  return Array.from({ length: steps + 1 }, (_, i) => least + ((greatest - least) * i) / steps);
}

function quantileOf({ uppers, counts }: NumericDistribution, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [i, upper] of uppers.entries()) {
    seen += counts[i] as number;
    if (seen >= share * total) return upper;
  }
  return uppers.at(-1) as number;
}
