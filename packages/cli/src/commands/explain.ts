import type { ExplainedFeature, ExplainRequest } from '@forebay/client';
import { resolveView } from '@forebay/definitions';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { FeatureArgument } from '../arguments';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { explanationText } from '../explanation/explanation-text';
import { typedKeys } from '../join-keys';
import { typedRequest } from '../request-fields';
import { connectServing } from '../serving-client';
import { needsOf } from '../view-needs';

export interface ExplainOptions {
  readonly project?: string;
  readonly request?: Readonly<Record<string, readonly unknown[]>>;
  readonly segments?: number;
  readonly address?: string;
  readonly timeout?: number;
}

/** Segments that are shown when nobody says how many: a screen of them. */
const SHOWN_SEGMENTS = 25;
/** A page tells what the segments that it does not show come to. */
const FETCHED_SEGMENTS = 500;

/** Prints what one value is made of. `keys`: join keys with a value each. */
export async function explainCommand(
  context: CommandContext,
  feature: FeatureArgument,
  keys: Readonly<Record<string, readonly string[]>>,
  options: ExplainOptions,
): Promise<ExitCode> {
  const snapshot = await publishedRegistry(context.servers);
  const project = chooseProject(snapshot, options.project);
  const found = resolveView(snapshot, project.name, feature.view);
  const { joinKeys, request: fields } = needsOf(project, [found]);
  const request: ExplainRequest = {
    project: project.name,
    feature: { view: found.view.name, version: found.view.version, feature: feature.feature },
    keys: firstOfEach(typedKeys(joinKeys, keys)),
    request: firstOfEach(typedRequest(fields, options.request ?? {})),
    maxSegments: context.output.json ? options.segments : Math.max(FETCHED_SEGMENTS, options.segments ?? 0),
  };
  const client = await connectServing(context.configuration, options);
  try {
    const explained = await client.explainFeature(request);
    const shown = options.segments ?? SHOWN_SEGMENTS;
    context.output.result(withInfinities(explained), explanationText(explained, context.output, shown));
  } finally {
    await client.close();
  }
  return EXIT.ok;
}

/** JSON has no −∞; it is told as text. */
function withInfinities(explained: ExplainedFeature): unknown {
  const text = JSON.stringify(explained, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  return JSON.parse(text);
}

function firstOfEach<T>(columns: Readonly<Record<string, readonly T[]>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
  );
}
