/** Dashboards as Grafana imports them. */
import { DASHBOARDS } from './all.mjs';

/** Grafana's grid, and a panel's size in it. */
const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 8;
const SCHEMA_VERSION = 39;
const DATASOURCE = { type: 'prometheus', uid: `\${datasource}` };

export function dashboardJson(name) {
  const { title, rows, variables = {} } = DASHBOARDS[name];
  const panels = [];
  let y = 0;
  for (const [row, contents] of Object.entries(rows)) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
    });
    y++;
    for (const [i, panel] of contents.entries()) {
      const gridPos = {
        x: (i * WIDTH) % COLUMNS,
        y: y + Math.floor((i * WIDTH) / COLUMNS) * HEIGHT,
        w: WIDTH,
        h: HEIGHT,
      };
      panels.push({ id: panels.length + 1, ...panelOf(panel), gridPos });
    }
    y += Math.ceil((contents.length * WIDTH) / COLUMNS) * HEIGHT;
  }
  const dashboard = {
    uid: `forebay-${name}`,
    title,
    tags: ['forebay'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [datasource(), ...Object.entries(variables).map(variable)] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panelOf({ title, unit, queries }) {
  return {
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, custom: { fillOpacity: 8, showPoints: 'never' } }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(([expr, legendFormat], i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}

function datasource() {
  return { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0 };
}

function variable([name, query]) {
  const all = { includeAll: true, multi: true, current: { text: 'All', value: '$__all' } };
  return {
    name,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
    hide: 0,
    ...all,
  };
}
