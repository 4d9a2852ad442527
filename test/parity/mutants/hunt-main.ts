/** Runs in a scratch copy: the named examples, then scenes until something differs, or until so many values are compared. Prints a line of JSON. */

import { NAMED_EXAMPLES } from '../examples/named-examples';
import { PLACES, type Place, runScene } from '../run/scenes';
import { compareHere } from '../support/compare-scene';
import { type Comparison, describeComparison } from '../support/comparison';
import type { ParityCase } from '../support/parity-case';
import { type ParityServers, withServers } from '../support/parity-servers';
import type { Hunted } from './hunt';

const [place, seed, most] = process.argv.slice(2);

async function hunt(servers: ParityServers | null): Promise<Hunted> {
  let compared = 0;
  for (const example of servers === null ? Object.values(NAMED_EXAMPLES) : []) {
    const outcome = outcomeOf(example);
    compared += outcome.comparisons.length;
    const told = toldOf(outcome);
    if (told !== null) return { caught: true, compared, ...told };
  }
  for (let scene = Number(seed); compared < Number(most); scene++) {
    const outcome = await runScene(scene, placeOf(place), servers);
    compared += outcome.comparisons.length;
    const told = toldOf(outcome);
    if (told !== null) return { caught: true, compared, ...told };
  }
  return { caught: false, compared, where: '', told: '' };
}

/** What was compared, or what was thrown instead. */
interface Outcome {
  readonly comparisons: readonly Comparison[];
  readonly failed: readonly { readonly error: Error | null }[];
}

/** An example needs no servers: what it throws, the mutant throws. */
function outcomeOf(example: ParityCase): Outcome {
  try {
    return { comparisons: compareHere(example), failed: [] };
  } catch (thrown) {
    return { comparisons: [], failed: [{ error: thrown as Error }] };
  }
}

function toldOf({ comparisons, failed }: Outcome): Pick<Hunted, 'where' | 'told'> | null {
  const wrong = comparisons.find(({ difference }) => difference === null);
  if (wrong !== undefined) return { where: `${wrong.path}, ${wrong.kind}`, told: describeComparison(wrong) };
  const error = failed[0]?.error ?? null;
  return error === null ? null : { where: 'an error', told: String(error.stack) };
}

function placeOf(text: string | undefined): Place {
  const found = PLACES.find((each) => each === text);
  if (found === undefined) throw new Error(`no place: ${text}`);
  return found;
}

async function main(): Promise<void> {
  const { FOREBAY_CLICKHOUSE_URL: clickhouseUrl, FOREBAY_REDIS_URL: redisUrl } = process.env;
  const hunted =
    place === 'servers' && clickhouseUrl !== undefined && redisUrl !== undefined
      ? await withServers({ clickhouseUrl, redisUrl }, hunt)
      : await hunt(null);
  console.log(JSON.stringify(hunted));
}

// an error outside examples and comparisons is none of the mutant's: the hunt ends
main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
