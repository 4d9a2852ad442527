import { type FeatureValue, ItemLimit, readableValue, STATUS } from '@forebay/algebra';

const SHOWN_ITEMS = 20;
const STATUS_NAMES = new Map<number, string>(Object.entries(STATUS).map(([name, number]) => [number, name]));

/** As JSON, with the status where it is not PRESENT. */
export function shownValue(value: FeatureValue, status: number | undefined): string {
  const text = JSON.stringify(readableValue(value, new ItemLimit(SHOWN_ITEMS)));
  return status === STATUS.PRESENT ? text : `${text} ${STATUS_NAMES.get(status ?? 0) ?? status}`;
}
