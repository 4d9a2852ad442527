import type { EventSource } from '@forebay/definitions';
import { ErasedEvents } from '../erased-events';
import type { RuntimeOptions } from '../source-runtime-options';

/** What was erased of an input of a joined or sequence source: none of its events makes a pair again. */
export function erasedOfInput(
  { offline, entityKeys }: Pick<RuntimeOptions, 'offline' | 'entityKeys'>,
  source: EventSource,
): ErasedEvents {
  return new ErasedEvents({ store: offline, source, ways: entityKeys?.get(source.id) ?? [] });
}
