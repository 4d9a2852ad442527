/** How far both stages are: what had arrived in a source's topic, and where its copies end. No I/O but what it is given. */
import type { ProbedEnds } from '@forebay/event-log';

export interface RekeyEnds {
  /** Of the source's own topic, as they are now. */
  readonly originals: () => Promise<ReadonlyMap<number, number>>;
  /** Up to where each of its partitions is copied; those that are missing have not been begun. */
  readonly copied: () => Promise<ReadonlyMap<number, number>>;
  /** Of the internal topic, as they are now. */
  readonly copies: () => Promise<ReadonlyMap<number, number>>;
}

interface Asked {
  readonly clockMs: number;
  readonly ends: ReadonlyMap<number, number>;
}

/** More questions than this wait for no answer: progress becomes coarser, never wrong. */
const MAX_ASKED = 1_024;

/**
 * The end of the internal topic, with the clock before which everything that had arrived in the original topic is before it: the clock
 * was c, after that the original topic ended at e; once all before e is copied, the copies of all that had arrived before c lie before
 * the end that the internal topic has then.
 */
export class RekeyProgress {
  #asked: Asked[] = [];

  constructor(private readonly ends: RekeyEnds) {}

  /** @param clockMs read before the call */
  async probe(clockMs: number): Promise<ProbedEnds> {
    this.#asked.push({ clockMs, ends: await this.ends.originals() });
    if (this.#asked.length > MAX_ASKED) this.#asked = this.#asked.filter((_, i) => i % 2 === 1);
    const copied = await this.ends.copied();
    const isCopied = ({ ends }: Asked) =>
      [...ends].every(([partition, end]) => (copied.get(partition) ?? 0) >= end);
    let newest = -1;
    for (const [i, asked] of this.#asked.entries()) if (isCopied(asked)) newest = i;
    const ends = await this.ends.copies();
    if (newest < 0) return { clockMs: null, ends };
    const reached = (this.#asked[newest] as Asked).clockMs;
    this.#asked.splice(0, newest);
    return { clockMs: reached, ends };
  }
}
