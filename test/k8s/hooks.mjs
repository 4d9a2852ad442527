/** helm with its hooks, where no controller runs the Jobs that it waits for: their end is written in the controller's stead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { helm } from './tools.mjs';

const POLL_MS = 200;
const WITHIN_MS = 120_000;

const conditions = (types, at) =>
  types.map((type) => ({ type, status: 'True', lastProbeTime: at, lastTransitionTime: at }));

/** The status of a Job that has ended as the Job controller writes it. */
function ended(succeeds, at) {
  if (succeeds)
    return {
      startTime: at,
      completionTime: at,
      succeeded: 1,
      conditions: conditions(['SuccessCriteriaMet', 'Complete'], at),
    };
  return { startTime: at, failed: 1, conditions: conditions(['FailureTarget', 'Failed'], at) };
}

/**
 * Runs helm until it ends; each Job of the namespace that is a hook and has no end yet is given one.
 * @returns {Promise<{ code: number, said: string, hooks: string[] }>}
 */
export async function helmWithHooks(server, namespace, args, { succeeds }) {
  const child = spawn(helm(), args);
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (bytes) => (said += bytes));
  const exit = once(child, 'exit');
  const hooks = new Set();
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const end = performance.now() + WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null) {
    if (performance.now() > end) child.kill('SIGKILL');
    const { body } = await server.call('GET', jobs);
    for (const { metadata, status } of body.items ?? []) {
      if (metadata.annotations?.['helm.sh/hook'] === undefined || status.conditions !== undefined) continue;
      const at = new Date().toISOString().replace(/\.\d+/, '');
      const patched = await server.call(
        'PATCH',
        `${jobs}/${metadata.name}/status`,
        { status: ended(succeeds, at) },
        'application/merge-patch+json',
      );
      if (patched.status === 200) hooks.add(metadata.name);
      else if (patched.status !== 404 && patched.status !== 409)
        throw new Error(`the end of the Job ${metadata.name}: ${JSON.stringify(patched.body)}`);
    }
    await Promise.race([exit, sleep(POLL_MS)]);
  }
  return { code: child.exitCode ?? -1, said, hooks: [...hooks] };
}
