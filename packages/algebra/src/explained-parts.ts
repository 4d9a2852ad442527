/** What stands in the stored bytes of one (entity, view) beside its rows, and which of them cannot be read. */
import { BatchList } from './batch-list';
import type { StoredParts } from './fold-lists';
import type { ViewLayout } from './layout';
import { type FenceEntry, readFences, readTail, type StreamTail, TOKEN_BYTES, viewOf } from './stream-tail';
import { decodeVariablePart } from './variable-part';
import { newVariableState } from './variable-state';

/** The end of a stream list. */
export interface ExplainedTail extends Omit<StreamTail, 'at' | 'fences'> {
  /** Hexadecimal: the write that all stream parts come from. */
  readonly token: string;
  readonly fences: readonly FenceEntry[];
}

/** Throws `corrupt_data`. */
export function explainTail(layout: ViewLayout, stream: Uint8Array): ExplainedTail {
  const view = viewOf(stream);
  const { at, ...tail } = readTail(view, layout.rowSize);
  const token = Array.from(stream.subarray(at, at + TOKEN_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return { ...tail, token: token.join(''), fences: readFences(view, { at, ...tail }) };
}

/** The head of a batch list; null: it cannot be read. */
export function explainHead(layout: ViewLayout, batch: Uint8Array): BatchHead | null {
  const list = new BatchList(layout);
  if (!list.open(batch)) return null;
  const { cutMs, qMs, goodUntilMs, rows } = list;
  return { cutMs, qMs, goodUntilMs, rows };
}

export type BatchHead = Pick<BatchList, 'cutMs' | 'qMs' | 'goodUntilMs' | 'rows'>;

/** Why a part cannot be read: by part, and not for those that can. */
export type Unreadable = Readonly<Partial<Record<keyof StoredParts, string>>>;

const ORDER = ['stream', 'open', 'sealed', 'batch'] as const;

/** Reads every part on its own, as far as its own bytes tell: states of variable length included. */
export function unreadableParts(layout: ViewLayout, parts: StoredParts): Unreadable {
  const checks = {
    stream: (bytes) => {
      explainTail(layout, bytes);
    },
    open: (bytes) => absorbAll(layout, bytes),
    sealed: (bytes) => absorbAll(layout, bytes),
    batch: (bytes) => absorbBatch(layout, bytes),
  } as const satisfies Record<keyof StoredParts, (bytes: Uint8Array) => void>;
  const mistakes: Partial<Record<(typeof ORDER)[number], string>> = {};
  for (const part of ORDER) {
    const bytes = parts[part];
    if (bytes === null) continue;
    try {
      checks[part](bytes);
    } catch (thrown) {
      mistakes[part] = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }
  return mistakes;
}

/** One state after another is absorbed, each on its own. */
function absorbAll(layout: ViewLayout, bytes: Uint8Array): void {
  const states = layout.variable.map(newVariableState);
  for (const entry of decodeVariablePart(bytes, layout.variable.length)) {
    for (const [i, state] of states.entries()) {
      const held = entry.states[i] as Uint8Array;
      state.reset();
      state.absorb(held, 0, held.length);
    }
  }
}

function absorbBatch(layout: ViewLayout, bytes: Uint8Array): void {
  const list = new BatchList(layout);
  if (!list.open(bytes))
    throw new RangeError(`a batch list of ${bytes.length} bytes does not have the layout of its view`);
  for (const [i, component] of layout.variable.entries()) {
    const state = newVariableState(component);
    const lengths = list.variableLengths[i] as number;
    let at = lengths + 4 * list.rows;
    for (let row = 0; row < list.rows; row++) {
      const size = list.view.getUint32(lengths + 4 * row, true);
      state.reset();
      state.absorb(bytes, at, size);
      at += size;
    }
  }
}
