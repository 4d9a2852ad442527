import { Random } from '@forebay/testkit';
import { mutate } from './mutator';

/** Something that reads bytes. */
export interface FuzzTarget {
  readonly name: string;
  /** Of the inputs that are asked for, the share that it gets: less for what takes longer. */
  readonly share: number;
  /** Valid inputs. */
  readonly corpus: readonly Uint8Array[];
  /** What became of the input, in a word. Throws what must never happen. */
  run(input: Uint8Array): string;
}

export interface FuzzResult {
  readonly name: string;
  readonly inputs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** The first few. */
  readonly findings: readonly string[];
  /** Processor time of the input that took most. */
  readonly slowestMs: number;
  /** Growth of the heap between a tenth of the inputs and the end, after a collection of garbage; null without --expose-gc. */
  readonly grownMegabytes: number | null;
  readonly seconds: number;
}

const MOST_FINDINGS = 5;
const SHOWN_BYTES = 400;

function heapMegabytes(): number | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Gives the target so many changed inputs; a seed repeats them. */
export function runTarget(target: FuzzTarget, inputs: number, seed: number): FuzzResult {
  const random = new Random(seed);
  const outcomes = new Map<string, number>();
  const findings: string[] = [];
  const startedMs = performance.now();
  let slowestMs = 0;
  let heapBefore: number | null = null;
  for (let i = 0; i < inputs; i++) {
    if (i === Math.floor(inputs / 10)) heapBefore = heapMegabytes();
    const input = mutate(random, target.corpus);
    const before = process.cpuUsage();
    try {
      const outcome = target.run(input);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const bytes = input.subarray(0, SHOWN_BYTES).toString('hex');
      if (findings.length < MOST_FINDINGS)
        findings.push(`input ${i} (${input.length} bytes, ${bytes}): ${what}`);
      outcomes.set('FINDING', (outcomes.get('FINDING') ?? 0) + 1);
    }
    slowestMs = Math.max(slowestMs, process.cpuUsage(before).user / 1_000);
  }
  const after = heapMegabytes();
  return {
    name: target.name,
    inputs,
    outcomes,
    findings,
    slowestMs,
    grownMegabytes: heapBefore === null || after === null ? null : after - heapBefore,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}
