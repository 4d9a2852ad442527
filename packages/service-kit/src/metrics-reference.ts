import type { MetricDefinition } from './metric-definition';
import { METRICS, type MetricName, prometheusName } from './metrics';

/** The reference of all metrics as a markdown table, by name. */
export function metricsReference(): string {
  const names = (Object.keys(METRICS) as MetricName[]).sort((a, b) =>
    prometheusName(a) < prometheusName(b) ? -1 : 1,
  );
  return `| metric | kind | unit | labels | |\n|---|---|---|---|---|\n${names.map(row).join('')}`;
}

function row(name: MetricName): string {
  const { kind, unit, labels, description } = METRICS[name] as MetricDefinition;
  const shown = labels.map((label) => `\`${label.replaceAll('.', '_')}\``).join(', ');
  return `| \`${prometheusName(name)}\` | ${kind} | ${unit} | ${shown} | ${description} |\n`;
}
