/** Panels and queries that several dashboards have. */

/** Of calls over gRPC. */
export const CALLS = 'rpc_server_call_duration_seconds';

const quantile = (q, metric, by, where = '') =>
  `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (rate(${metric}_bucket${where}[$__rate_interval])))`;
export const rate = (metric, by, where = '') =>
  `sum by (${by.join(', ')}) (rate(${metric}${where}[$__rate_interval]))`;
/** What was counted in so long, such as `1d`: of what happens rarely. */
export const increase = (metric, by, range, where = '') =>
  `sum by (${by.join(', ')}) (increase(${metric}${where}[${range}]))`;
export const timing = (title, metric, by, where = '') => ({
  title,
  unit: 's',
  queries: [0.5, 0.99].map((q) => [
    quantile(q, metric, by, where),
    `p${q * 100} ${by.map((label) => `{{${label}}}`).join(' ')}`,
  ]),
});
export const one = (title, unit, query, legend) => several(title, unit, [query, legend]);
/** @param queries each with what its lines are called */
export const several = (title, unit, ...queries) => ({ title, unit, queries });
