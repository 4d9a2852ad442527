/** Looks the events of a case up as the stream service does, in the bytes that had been stored by then, and as the oracle does. */
import type { Value } from '@forebay/expressions';
import { FIELDS, type WorldEvent } from '@forebay/testkit';
import type { Comparison } from '../support/comparison';
import type { ParityCase } from '../support/parity-case';
import { KEY_FIELD } from './enriched-scene';
import { LookedUpEntity } from './looked-up-entity';

/** A case with fields: those that the engine found, and those that the definition says. */
export interface LookedUpCase {
  readonly engine: ParityCase;
  readonly oracle: ParityCase;
  readonly comparisons: readonly Comparison[];
}

const KEY_PLACE = FIELDS.findIndex(({ name }) => name === KEY_FIELD);

/** A case of a source that is not enriched stays as it is. */
export function lookedUpCase(each: ParityCase): LookedUpCase {
  const { lookedUp, source } = each;
  const { enrichments } = source;
  if (lookedUp === undefined || enrichments === undefined)
    return { engine: each, oracle: each, comparisons: [] };
  const entities = new Map<string, LookedUpEntity>();
  const comparisons: Comparison[] = [];
  const engine: WorldEvent[] = [];
  const oracle: WorldEvent[] = [];
  for (const event of each.history) {
    const key = event.event.row[KEY_PLACE] as string | null;
    const fields = enrichments.map((enrichment): readonly [Value, Value] => {
      if (key === null) return [null, null];
      const entity = entities.get(key) ?? new LookedUpEntity(lookedUp, key, enrichment.exactWithinMs);
      entities.set(key, entity);
      const looked = entity.lookUp(event, enrichment, each);
      if (looked.comparison !== null) comparisons.push(looked.comparison);
      return [looked.found, looked.wanted];
    });
    engine.push(
      withFields(
        event,
        fields.map(([found]) => found),
      ),
    );
    oracle.push(
      withFields(
        event,
        fields.map(([, wanted]) => wanted),
      ),
    );
  }
  return { engine: { ...each, history: engine }, oracle: { ...each, history: oracle }, comparisons };
}

function withFields(each: WorldEvent, fields: readonly Value[]): WorldEvent {
  return { ...each, event: { ...each.event, row: [...each.event.row, ...fields] } };
}
