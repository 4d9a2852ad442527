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

/** A share that is kept under a name. */
interface Recording {
  readonly record: string;
  readonly expr: string;
}

const isAlert = (rule: Rule | Recording): rule is Rule => 'alert' in rule;

const all: (Rule | Recording)[] = readdirSync(join(ROOT, 'k8s/forebay/alerts')).flatMap((file) =>
  parse(read(`k8s/forebay/alerts/${file}`)).groups.flatMap(
    (group: { rules: (Rule | Recording)[] }) => group.rules,
  ),
);
const rules = all.filter(isAlert);
const recordings = all.filter((rule): rule is Recording => !isAlert(rule));
const recorded = recordings.map(({ record }) => record);

/** Names of recordings in a query. */
const recordingsOf = (expr: string): string[] => expr.match(/\bforebay:[\w:]+/g) ?? [];
const unknownRecordings = (expr: string) => recordingsOf(expr).filter((name) => !recorded.includes(name));

test.each(rules.map((rule) => [rule.alert, rule] as const))(
  'alert %s',
  (_, { expr, labels, annotations }) => {
    expect([...unknownMetrics(expr), ...unknownRecordings(expr)]).toEqual([]);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
    const [file, anchor] = (annotations.runbook_url as string).split('#');
    const chapters = [...read(file as string).matchAll(/^## (.+)$/gm)].map(([, title]) =>
      title?.toLowerCase(),
    );
    expect(chapters).toContain(anchor);
  },
);

test.each(recordings.map((rule) => [rule.record, rule.expr]))('recording %s', (_, expr) => {
  expect(unknownMetrics(expr)).toEqual([]);
});

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
  expect(queries.flatMap(unknownRecordings)).toEqual([]);
});

test('every metric is in an alert, in a panel, or in the list of those that are deliberately in neither', () => {
  const asked = [
    ...all.map(({ expr }) => expr),
    ...dashboards.map((file) => read(`k8s/forebay/dashboards/${file}`)),
  ].join('\n');
  const isAsked = (name: string | undefined) => new RegExp(`\\b${name}(_bucket|_count|_sum)?\\b`).test(asked);
  const listed = [...read('docs/MONITORING.md').matchAll(/^\| (`.+?) \| /gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect([...METRICS.keys()].filter((name) => !isAsked(name)).sort()).toEqual(listed.sort());
});

test('what Alertmanager holds back is an alert', () => {
  const { inhibit_rules: held } = parse(read('examples/compose/alertmanager.yml')) as {
    inhibit_rules: { source_matchers: string[]; target_matchers: string[] }[];
  };
  const names = rules.map(({ alert }) => alert);
  for (const matcher of held.flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers])) {
    const pattern = /^alertname=~?"(.+)"$/.exec(matcher)?.[1] as string;
    expect(names.filter((name) => new RegExp(`^${pattern}$`).test(name))).not.toEqual([]);
  }
});
