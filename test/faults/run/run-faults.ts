/** Runs faults one after the other, on servers of their own, and compares after each try. */
import type { LocalStack } from '@forebay/local-stack';
import { Random } from '@forebay/testkit';
import type { Fault } from '../fault';
import { Scene } from '../support/scene';
import { heal } from '../support/servers';
import type { FaultOptions } from './options';

export interface FaultOutcome {
  readonly fault: Fault;
  readonly times: number;
  readonly values: number;
  readonly archived: number;
  readonly differences: number;
  /** What differed, and what did not come to pass. */
  readonly told: readonly string[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Those that are asked for; throws an Error when there is none. */
export function chooseFaults(faults: readonly Fault[], { only, isShort }: FaultOptions): Fault[] {
  const chosen = faults.filter(
    ({ name, shortTimes }) =>
      (only.length === 0 || only.some((text) => name.includes(text))) && (!isShort || shortTimes > 0),
  );
  if (chosen.length > 0) return chosen;
  throw new Error(`--only ${only.join()}: the faults are ${faults.map(({ name }) => name).join(', ')}`);
}

export async function runFault(
  stack: LocalStack,
  fault: Fault,
  { seed, times, isShort }: FaultOptions,
  onTry: (tried: number, of: number) => void = () => undefined,
): Promise<FaultOutcome> {
  const wanted = times ?? (isShort ? fault.shortTimes : fault.times);
  const sum = { values: 0, archived: 0, differences: 0 };
  const told: string[] = [];
  const notes: string[] = [];
  const startedAt = performance.now();
  let index = 0;
  let scene: Scene | null = null;
  try {
    scene = await Scene.open(stack, new Random(seed), fault.scene);
    if (fault.arrange === undefined) await scene.start();
    else await fault.arrange(scene);
    for (; index < wanted; index++) {
      await fault.disturb(scene, { index, isShort });
      const compared = await (fault.losesRecords ? scene.compareDegraded() : scene.compare());
      sum.values += compared.values;
      sum.archived += compared.archived;
      sum.differences += compared.differences;
      if (compared.differences > 0) {
        told.push(`try ${index + 1}:`, ...compared.told, ...scene.members.map(({ log }) => log));
        break;
      }
      await fault.expect?.(scene);
      onTry(index + 1, wanted);
    }
  } catch (error) {
    sum.differences++;
    told.push(`try ${index + 1}: ${(error as Error).stack ?? String(error)}`);
  }
  notes.push(...(scene?.notes ?? []));
  try {
    await scene?.close();
    await heal(stack);
  } catch (error) {
    sum.differences++;
    told.push(`cleaning up: ${(error as Error).stack ?? String(error)}`);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { fault, times: Math.min(index + 1, wanted), ...sum, told, notes, seconds };
}
