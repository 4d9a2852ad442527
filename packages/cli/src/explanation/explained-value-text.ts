/** Values, states and times of an explanation, for people. */
import type { Json } from '@forebay/client';
import { formatDuration, formatInstant } from '@forebay/contract';
import { readableBytes, readableDuration } from '../readable';

/** Digits that a number is shown with; `--json` has all of them, and all items. */
const SHOWN_DIGITS = 10;
const SHOWN_ITEMS = 6;
const SHOWN_CHARACTERS = 60;

export function valueText(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(SHOWN_DIGITS)));
  }
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${shown(value.map(valueText))}]`;
  return `{${shown(Object.entries(value).map(([key, one]) => `${key}: ${valueText(one)}`))}}`;
}

function shown(items: readonly string[]): string {
  const rest = items.length > SHOWN_ITEMS ? [`… ${items.length - SHOWN_ITEMS} more`] : [];
  return [...items.slice(0, SHOWN_ITEMS), ...rest].join(', ');
}

/** What a segment holds beside its number of events: `sum 33`, `mean 3.4, m2 12`. */
export function stateText(states: Json): string {
  if (states === null || typeof states !== 'object' || Array.isArray(states)) return '';
  const parts = Object.entries(states).flatMap(([component, state]) =>
    component === 'count' ? [] : [componentText(component, state as Json)],
  );
  const text = parts.join('; ');
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}

function componentText(component: string, state: Json): string {
  if (state === null || typeof state !== 'object' || Array.isArray(state))
    return `${component} ${valueText(state)}`;
  // of a sum, what its pair of numbers makes is enough
  if (component === 'sum' && 'sum' in state) return `sum ${valueText(state.sum as Json)}`;
  // the value has a column of its own
  const shown = Object.entries(state).filter(([name]) => name !== 'value' && name !== 'values');
  return shown
    .map(([name, value]) =>
      name === 'size_bytes'
        ? readableBytes(Number(value))
        : `${name.replaceAll('_', ' ')} ${valueText(value as Json)}`,
    )
    .join(', ');
}

/** `2026-05-10 12:29:00`, with milliseconds if there are any. */
export function instantText(instantMs: number): string {
  if (instantMs === Number.POSITIVE_INFINITY) return 'never';
  return formatInstant(instantMs)
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '');
}

/** `2026-05-10 12:29:00 +1m`. */
export function intervalText(startMs: number, endMs: number): string {
  if (!Number.isFinite(startMs))
    return Number.isFinite(endMs) ? `until ${instantText(endMs)}` : 'before every window';
  return `${instantText(startMs)} +${formatDuration(endMs - startMs)}`;
}

/** How long before another instant: `3.2s ago`. */
export function agoText(instantMs: number, nowMs: number): string {
  const beforeMs = nowMs - instantMs;
  return beforeMs < 0 ? `${readableDuration(-beforeMs)} ahead` : `${readableDuration(beforeMs)} ago`;
}
