/** Alerts and dashboards speak of metrics that there are, and every alert has its runbook; `npm run test:monitoring` proves what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const METRICS = new Map(
  [...read('docs/METRICS.md').matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, kind]) => [name, kind]),
);

/** Names of metrics in a query: what is followed by a selector, a range or nothing, and is no function, label or keyword. */
function unknownMetrics(expr: string): string[] {
  const names = expr.match(/\b(forebay|rpc|http|process|nodejs)_\w+/g) ?? [];
  const labels = /^(rpc|http)_(method|response_status_code|request_method|route|system_name)$/;
  return names
    .filter((name) => !labels.test(name))
    .filter((name) => {
      if (METRICS.has(name) && METRICS.get(name) !== 'histogram') return false;
      const base = /^(\w+)_(bucket|count|sum)$/.exec(name)?.[1];
      return base === undefined || METRICS.get(base) !== 'histogram';
    });
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

const rules: Rule[] = readdirSync(join(ROOT, 'k8s/forebay/alerts')).flatMap((file) =>
  parse(read(`k8s/forebay/alerts/${file}`)).groups.flatMap((group: { rules: Rule[] }) => group.rules),
);

test.each(rules.map((rule) => [rule.alert, rule] as const))(
  'alert %s',
  (_, { expr, labels, annotations }) => {
    expect(unknownMetrics(expr)).toEqual([]);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
    const [file, anchor] = (annotations.runbook_url as string).split('#');
    const chapters = [...read(file as string).matchAll(/^## (.+)$/gm)].map(([, title]) =>
      title?.toLowerCase(),
    );
    expect(chapters).toContain(anchor);
  },
);

test('every runbook is of an alert', () => {
  const anchors = rules.map(({ annotations }) => annotations.runbook_url?.split('#')[1]);
  const chapters = [...read('docs/RUNBOOKS.md').matchAll(/^## (.+)$/gm)].map(([, title]) =>
    title?.toLowerCase(),
  );
  expect(chapters.filter((chapter) => !anchors.includes(chapter))).toEqual([]);
});

const dashboards = readdirSync(join(ROOT, 'k8s/forebay/dashboards'));

test.each(dashboards)('dashboard %s', (file) => {
  const { panels } = JSON.parse(read(`k8s/forebay/dashboards/${file}`)) as {
    panels: { id: number; title: string; targets?: { expr: string }[] }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(0);
  expect(queries.flatMap(unknownMetrics)).toEqual([]);
});
