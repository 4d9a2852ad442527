import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NewRecord } from '@forebay/event-log';

const HOUR_MS = 3_600_000;
/** All events lie within so long before now, so that every one goes into a held segment of every view. */
export const SPAN_MS = 48 * HOUR_MS;

/** Columns of the example's flights, in the order of time (ms since the epoch). */
interface Flights {
  readonly count: number;
  readonly time: Float64Array;
  readonly delay: Int32Array;
  readonly distance: Int32Array;
  readonly origin: readonly string[];
  readonly destination: readonly string[];
}

/** Read with the example's own reader, which is no part of what TypeScript compiles here. */
async function readFlights(): Promise<Flights> {
  const module = pathToFileURL(resolve('examples/flights/flights-file.mjs')).href;
  const reader = (await import(module)) as { readFlights(): Promise<Flights> };
  return reader.readFlights();
}

/**
 * The latest `count` flights of the example's file as records for its topic, in the order of time. Their weeks are squeezed
 * into the last 48 hours up to `nowMs`, keeping order and relative density.
 */
export async function flightEvents(topic: string, count: number, nowMs: number): Promise<NewRecord[]> {
  const flights = await readFlights();
  const first = flights.count - count;
  if (first < 0) throw new Error(`the file has ${flights.count} flights, not ${count}`);
  const from = flights.time[first] as number;
  const scale = SPAN_MS / ((flights.time[flights.count - 1] as number) - from);
  const records: NewRecord[] = [];
  for (let row = first; row < flights.count; row++) {
    const origin = flights.origin[row] as string;
    const time = nowMs - SPAN_MS + Math.round(((flights.time[row] as number) - from) * scale);
    const destination = flights.destination[row];
    const delay = flights.delay[row];
    const distance = flights.distance[row];
    records.push({
      topic,
      key: origin,
      value: JSON.stringify({ time, origin, destination, delay, distance }),
    });
  }
  return records;
}
