/** Scenes one after the other, until so many values are compared; what differs is made small and named. */
import type { ParityServers } from '../support/parity-servers';
import { Tally } from '../support/tally';
import type { ParityOptions } from './options';
import { type Place, runScene } from './scenes';

/** A small case that shows a difference. */
export interface Finding {
  readonly seed: number;
  /** What differs, or what is thrown. */
  readonly told: string;
  /** The case as text for the named examples. */
  readonly example: string;
}

export interface ParityResult {
  readonly tally: Tally;
  readonly scenes: number;
  readonly findings: readonly Finding[];
}

/** After these the rest would tell nothing more. */
const MOST_FINDINGS = 3;
/** So that ClickHouse and this process work at the same time. */
const SCENES_AT_ONCE = 2;

export type Progress = (compared: number) => void;

/** @param servers null: scenes of memory alone */
export async function runParity(
  options: Pick<ParityOptions, 'comparisons' | 'seed' | 'places'>,
  servers: ParityServers | null,
  onProgress: Progress = () => {},
): Promise<ParityResult> {
  const tally = new Tally();
  const findings: Finding[] = [];
  let next = 0;
  const lane = async () => {
    while (tally.all.compared < options.comparisons && findings.length < MOST_FINDINGS) {
      const scene = next++;
      const seed = options.seed + scene;
      const { comparisons, failed } = await runScene(seed, placeOf(options, seed), servers);
      tally.add(comparisons);
      for (const { shrink } of failed.slice(0, MOST_FINDINGS - findings.length))
        findings.push({ seed, ...(await shrink()) });
      onProgress(tally.all.compared);
    }
  };
  await Promise.all(Array.from({ length: servers === null ? 1 : SCENES_AT_ONCE }, lane));
  return { tally, scenes: next, findings };
}

/** By the seed, so that it alone repeats a scene. */
function placeOf({ places }: Pick<ParityOptions, 'places'>, seed: number): Place {
  return places[seed % places.length] as Place;
}
