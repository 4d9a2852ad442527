/** The topics that views write to, which nothing else may use. */
import type { AggregationView, Project } from './model';
import { versioned } from './names';
import type { Problems } from './problems';
import { topicsToMake } from './source-topics';

/** What dead letters of a topic are written to. */
const DEAD_LETTERS = '.dlq';

/** By topic, whose it is, for messages. */
function ownedTopics({ eventSources, aggregationViews }: Project): Map<string, string> {
  const owners = new Map<string, string>();
  const own = (topic: string, owner: string) => {
    if (!owners.has(topic)) owners.set(topic, owner);
  };
  for (const source of eventSources) {
    for (const topic of topicsToMake(source)) own(topic, `event source "${source.name}"`);
    own(source.topic + DEAD_LETTERS, `the dead letters of event source "${source.name}"`);
  }
  for (const view of aggregationViews) if (view.output !== undefined) own(view.output.topic, ownerOf(view));
  return owners;
}

function ownerOf({ name, version }: AggregationView): string {
  return `view "${versioned(name, version)}"`;
}

/** Records of an output topic are keyed by entity: those of two views would replace each other, and those of a source are events. */
export function checkOutputTopics(project: Project, problems: Problems): void {
  const owners = ownedTopics(project);
  for (const view of project.aggregationViews) {
    const owner = view.output === undefined ? undefined : owners.get(view.output.topic);
    if (owner === undefined || owner === ownerOf(view)) continue;
    problems.add(
      `${ownerOf(view)}, output`,
      `topic "${view.output?.topic}" is that of ${owner} already: choose another`,
    );
  }
}

/** Why the view cannot write to its topic beside other projects; null: it can. */
export function refuseTakenOutput(view: AggregationView, others: readonly Project[]): string | null {
  if (view.output === undefined) return null;
  for (const project of others) {
    const owner = ownedTopics(project).get(view.output.topic);
    if (owner !== undefined)
      return `output topic "${view.output.topic}" is taken by ${owner} of project "${project.name}": choose another`;
  }
  return null;
}

/** The topics of views that were not there before, to be created. */
export function addedOutputTopics(
  before: Project,
  desired: Project,
): { topic: string; partitions: number }[] {
  const known = new Set(before.aggregationViews.map(({ output }) => output?.topic));
  return desired.aggregationViews.flatMap(({ output }) =>
    output === undefined || known.has(output.topic)
      ? []
      : { topic: output.topic, partitions: output.partitions },
  );
}
