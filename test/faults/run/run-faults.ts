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

/** The first try that leaves a difference is the last one. */
export async function runFault(
  stack: LocalStack,
  fault: Fault,
  { seed, times, isShort }: FaultOptions,
  onTry: (tried: number, of: number) => void = () => undefined,
): Promise<FaultOutcome> {
  const tries = times ?? (isShort ? fault.shortTimes : fault.times);
  const run = new FaultRun(stack, fault);
  const random = new Random(seed);
  const startedAt = performance.now();
  let index = 0;
  for (; index < tries && run.differences === 0; index++) {
    await run.guarded(`try ${index + 1}`, () => run.tryOnce(random, { index, isShort }));
    onTry(index + 1, tries);
  }
  await run.guarded('cleaning up', () => run.end());
  const { values, archived, differences, told, notes } = run;
  const seconds = (performance.now() - startedAt) / 1_000;
  return { fault, times: index, values, archived, differences, told, notes, seconds };
}

class FaultRun {
  values = 0;
  archived = 0;
  differences = 0;
  readonly told: string[] = [];
  readonly notes: string[] = [];
  #scene: Scene | null = null;

  constructor(
    private readonly stack: LocalStack,
    private readonly fault: Fault,
  ) {}

  /** What throws is a difference. */
  async guarded(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.differences++;
      this.told.push(`${what}: ${(error as Error).stack ?? String(error)}`);
    }
  }

  async tryOnce(random: Random, attempt: { index: number; isShort: boolean }): Promise<void> {
    const { fault } = this;
    if (fault.isFresh) await this.end();
    const scene = this.#scene ?? (await this.#open(random));
    await fault.disturb(scene, attempt);
    const compared = await (fault.losesRecords ? scene.compareDegraded() : scene.compare());
    this.values += compared.values;
    this.archived += compared.archived;
    this.differences += compared.differences;
    if (compared.differences === 0) await fault.expect?.(scene);
    else this.told.push(...compared.told, ...scene.members.map(({ log }) => log));
  }

  async #open(random: Random): Promise<Scene> {
    const { fault } = this;
    this.#scene = await Scene.open(this.stack, random, fault.scene);
    if (fault.arrange === undefined) await this.#scene.start();
    else await fault.arrange(this.#scene);
    return this.#scene;
  }

  /** The servers are well again, for whatever comes next. */
  async end(): Promise<void> {
    const scene = this.#scene;
    this.#scene = null;
    if (scene !== null) {
      const { notes, longestDegradedMs } = scene;
      const seconds = Math.ceil(longestDegradedMs / 1_000);
      this.notes.push(...notes, ...(seconds > 0 ? [`some value DEGRADED for ${seconds} s at most`] : []));
    }
    await scene?.close();
    await heal(this.stack);
  }
}
