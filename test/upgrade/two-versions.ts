/** An upgrade from another version to this one and back, on the same servers, with the definitions as the other version applied them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeRegistry, type Project } from '@forebay/definitions';
import type { LocalStack } from '@forebay/local-stack';
import { loadRegistry } from '@forebay/online-store';
import type { Random } from '@forebay/testkit';
import { finishRuns, queueRuns } from '../faults/support/batch-work';
import type { SourceTraits } from '../faults/support/content/content';
import type { Installation } from '../support/installation';
import { type ServiceVersion, THIS_VERSION } from '../support/service';
import { HOME_DIR, uniqueName } from '../support/stack';
import { Fleet } from './fleet';
import type { Step } from './report';

const DEFINITIONS = resolve('test/faults/support/content/history-project');

export async function twoVersions(
  stack: LocalStack,
  random: Random,
  other: ServiceVersion,
  tell: (step: Step) => void,
): Promise<void> {
  const directory = mkdtempSync(join(HOME_DIR, 'upgrade', 'definitions-'));
  const file = join(directory, 'features.ts');
  const topic = uniqueName('orders');
  const apply = async (installation: Installation) => {
    writeFileSync(file, definitionsText({ ...TRAITS, topic }));
    command(other, installation, 'apply', file);
    installation.project = await appliedProject(installation);
  };
  const fleet = await Fleet.open(stack, random, other, { ...TRAITS, topic }, apply);
  const { scene } = fleet;
  const { installation } = scene;
  try {
    tell({ name: `all of ${other.name}`, compared: await scene.compare() });

    const serving = await fleet.whileWatched(() => fleet.replaceServers(THIS_VERSION));
    tell({ name: 'upgrade of serving', seen: serving, compared: await scene.compare() });
    const stream = await fleet.whileEventsCome(() => fleet.replaceMembers(THIS_VERSION));
    tell({ name: 'upgrade of stream', seen: stream, compared: await scene.compare() });
    const batch = await fleet.whileWatched(() => fleet.replaceWorker(THIS_VERSION));
    tell({ name: 'upgrade of batch', seen: batch, compared: await scene.compare() });

    const applied = command(THIS_VERSION, installation, 'apply', file, '--json');
    const changed = (JSON.parse(applied) as { changed: boolean }).changed;
    await finishRuns(scene, await queueRuns(scene, 'backfill'));
    tell({
      name: 'the same definitions, applied by this version; a backfill',
      compared: await scene.compare(),
      wrong: changed ? ['the definitions have another meaning for this version: it applied them anew'] : [],
    });

    const definitions = await fleet.whileWatched(async () => {
      command(other, installation, 'apply', file);
      await fleet.replaceWorker(other);
    });
    tell({ name: 'rollback of definitions and batch', seen: definitions, compared: await scene.compare() });
    const streamBack = await fleet.whileEventsCome(() => fleet.replaceMembers(other));
    tell({ name: 'rollback of stream', seen: streamBack, compared: await scene.compare() });
    const servingBack = await fleet.whileWatched(() => fleet.replaceServers(other));
    tell({ name: 'rollback of serving', seen: servingBack, compared: await scene.compare() });
  } finally {
    await fleet.close();
    rmSync(directory, { recursive: true });
  }
}

const MINUTE_MS = 60_000;
const TRAITS: Omit<SourceTraits, 'topic'> = {
  partitions: 4,
  hasIds: false,
  latenessMs: 15 * MINUTE_MS,
  skewMs: MINUTE_MS,
  maxStalenessMs: MINUTE_MS,
};

/** Declared with the functions of whoever applies it. */
function definitionsText(traits: SourceTraits): string {
  return `import { historyProject } from ${JSON.stringify(DEFINITIONS)};
export default historyProject(${JSON.stringify(traits)});
`;
}

/** Runs `forebay …` of that version; returns what it prints, and throws what it says when it fails. */
function command(
  { root, name }: ServiceVersion,
  installation: Installation,
  ...args: readonly string[]
): string {
  const program = join(root, 'packages/cli/bin/forebay.js');
  try {
    return execFileSync(process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH ?? '', ...installation.environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`forebay ${args.join(' ')} of ${name}:\n${stdout}${stderr}`);
  }
}

async function appliedProject({ servers }: Installation): Promise<Project> {
  const published = await loadRegistry(await servers.redis());
  if (published === null) throw new Error('nothing is in the registry after it was applied');
  return decodeRegistry(published.snapshot).projects[0] as Project;
}
