import { ForebayError, formatDuration, formatInstant, MINUTE_MS } from '@forebay/contract';

/** The instants from + k · every before until. */
export interface Instants {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly everyMs: number;
}

/** Values at so many instants, unless something else is asked for: of a month about every seven hours, so that all times of day are among them. */
const USUAL_INSTANTS = 100;
/** More say no more of a distribution, and each is a row of every entity. */
const MOST_INSTANTS = 1_000;

/** Throws `invalid_request`. @param everyMs null: chosen by the interval */
export function instantsOf(fromMs: number, untilMs: number, everyMs: number | null): Instants {
  const place = `interval from ${formatInstant(fromMs)} until ${formatInstant(untilMs)}`;
  if (untilMs <= fromMs)
    throw new ForebayError('invalid_request', `${place}: it is empty; its end lies after its beginning`);
  const chosenMs = everyMs ?? Math.max(MINUTE_MS, Math.ceil((untilMs - fromMs) / USUAL_INSTANTS));
  if ((untilMs - fromMs) / chosenMs > MOST_INSTANTS)
    throw new ForebayError(
      'invalid_request',
      `${place}: every ${formatDuration(chosenMs)} makes more than ${MOST_INSTANTS} instants; ask for fewer`,
    );
  return { fromMs, untilMs, everyMs: chosenMs };
}
