/** Panels and queries that several dashboards have. */

const quantile = (q, metric, by, where = '') =>
  `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (rate(${metric}_bucket${where}[$__rate_interval])))`;
export const rate = (metric, by, where = '') =>
  `sum by (${by.join(', ')}) (rate(${metric}${where}[$__rate_interval]))`;
export const timing = (title, metric, by, where = '') => ({
  title,
  unit: 's',
  queries: [0.5, 0.99].map((q) => [
    quantile(q, metric, by, where),
    `p${q * 100} ${by.map((label) => `{{${label}}}`).join(' ')}`,
  ]),
});
export const one = (title, unit, query, legend, more = {}) => ({
  title,
  unit,
  queries: [[query, legend]],
  ...more,
});
