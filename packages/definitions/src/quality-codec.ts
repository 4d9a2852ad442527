import type { Message, MessageInput } from '@forebay/contract';
import type { QualityCheck, QualityRule } from './quality-model';
import { unknownPart } from './value-type-codec';

/** Nothing where none is declared. */
export function qualityToMessage(quality: readonly QualityRule[] | undefined): {
  quality?: MessageInput<'QualityRule'>[];
} {
  return quality === undefined ? {} : { quality: quality.map(ruleToMessage) };
}

/** Nothing where there is none. */
export function qualityFromMessage(
  rules: readonly Message<'QualityRule'>[],
  place: string,
): { quality?: readonly QualityRule[] } {
  return rules.length === 0 ? {} : { quality: rules.map((rule) => ruleFromMessage(rule, place)) };
}

function ruleToMessage({
  name,
  severity,
  check,
  tolerance,
  overMs,
}: QualityRule): MessageInput<'QualityRule'> {
  return { name, stops: severity === 'stop', tolerance, over_ms: overMs, ...checkToMessage(check) };
}

function checkToMessage(check: QualityCheck): MessageInput<'QualityRule'> {
  switch (check.kind) {
    case 'rows':
      return { expression: check.expression };
    case 'unique':
      return { unique: { fields: [...check.fields] } };
    case 'freshness':
      return { freshness: { max_age_ms: check.maxAgeMs } };
    case 'row_count':
      return { row_count: { min: check.min ?? 0, max: check.max ?? 0, has_max: check.max !== null } };
  }
}

function ruleFromMessage(message: Message<'QualityRule'>, place: string): QualityRule {
  const { name, stops, tolerance, over_ms: overMs } = message;
  const check = checkFromMessage(message);
  if (check === null) throw unknownPart(`${place}, quality rule "${name}": a rule of an unknown kind`);
  return { name, severity: stops ? 'stop' : 'warn', check, tolerance, overMs };
}

function checkFromMessage(message: Message<'QualityRule'>): QualityCheck | null {
  if (message.expression) return { kind: 'rows', expression: message.expression };
  if (message.unique) return { kind: 'unique', fields: message.unique.fields };
  if (message.freshness) return { kind: 'freshness', maxAgeMs: message.freshness.max_age_ms };
  if (!message.row_count) return null;
  const { min, max, has_max: hasMax } = message.row_count;
  return { kind: 'row_count', min: min === 0 ? null : min, max: hasMax ? max : null };
}
