import { formatInstant } from '@forebay/contract';
import { definitionName, type Project } from '@forebay/definitions';
import {
  checkSource,
  checkView,
  newestQuality,
  type Outcome,
  type StoredQualityResult,
  storeQuality,
} from '@forebay/profiles';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../output';
import { readableCount } from '../readable';

export interface QualityOptions {
  readonly project?: string;
  readonly at?: number;
  readonly stored?: boolean;
  readonly check?: boolean;
}

/** Exit code 1 with --check where a rule is broken. */
export async function qualityCommand(context: CommandContext, options: QualityOptions): Promise<ExitCode> {
  const { servers, output } = context;
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const results =
    options.stored === true
      ? await newestQuality(await servers.offline(), project.name)
      : await checkNow(context, project, options.at ?? Date.now());
  output.result({ project: project.name, results }, qualityText(results, output));
  const isBroken = results.some(({ outcome }) => outcome === 'broken');
  return options.check === true && isBroken ? EXIT.failure : EXIT.ok;
}

async function checkNow(
  { servers, output, interruption }: CommandContext,
  project: Project,
  atMs: number,
): Promise<StoredQualityResult[]> {
  const offline = await servers.offline();
  const signal = interruption();
  const withRules = <D extends { quality?: readonly unknown[] }>(definitions: readonly D[]) =>
    definitions.filter(({ quality }) => quality !== undefined);
  const sources = [...withRules(project.eventSources), ...withRules(project.tableSources)];
  const views = [...withRules(project.aggregationViews), ...withRules(project.tableViews)];
  const progress = output.progress('checking');
  const all = sources.length + views.length;
  const results = [];
  try {
    for (const [i, source] of sources.entries()) {
      progress.update(i, all, source.name);
      results.push(...(await checkSource(offline, source, { untilMs: atMs, nowMs: atMs })));
    }
    for (const [i, view] of views.entries()) {
      progress.update(sources.length + i, all, definitionName(view));
      results.push(...(await checkView(offline, project, view, atMs, signal)));
    }
  } finally {
    progress.stop();
  }
  const nowMs = Date.now();
  await storeQuality(offline, project.name, results, { checkedFor: 'quality', nowMs });
  return results.map((result) => ({ ...result, checkedAtMs: nowMs, checkedFor: 'quality' }));
}

const COLORS = { kept: 'green', broken: 'red', unknown: 'yellow' } as const satisfies Record<Outcome, string>;

function qualityText(results: readonly StoredQualityResult[], output: Output): string {
  if (results.length === 0)
    return 'no rules are declared, or none was checked: give sources and views "quality" rules';
  const rows = results.map(({ subject, rule, severity, outcome, rows: counted, detail, checkedAtMs }) => [
    `${subject.kind} ${subject.name}`,
    rule,
    severity,
    output.colors[COLORS[outcome]](outcome),
    readableCount(counted),
    detail,
    formatInstant(checkedAtMs),
  ]);
  return output.table(['of', 'rule', 'severity', 'outcome', 'rows', 'found', 'checked'], rows);
}
