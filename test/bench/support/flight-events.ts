import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NewRecord } from '@forebay/event-log';

/** Columns of the example's flights, in the order of time (ms since the epoch). */
interface Flights {
  readonly count: number;
  readonly time: Float64Array;
  readonly delay: Int32Array;
  readonly distance: Int32Array;
  readonly origin: readonly string[];
  readonly destination: readonly string[];
}

/** The example's own reader, which is no part of what TypeScript compiles here. */
async function reader(): Promise<{ flightsPath(): string; readFlights(): Promise<Flights> }> {
  return import(pathToFileURL(resolve('examples/flights/flights-file.mjs')).href);
}

/** The file that the example loads. */
export async function flightsFile(): Promise<string> {
  return (await reader()).flightsPath();
}

async function readFlights(): Promise<Flights> {
  return (await reader()).readFlights();
}

function recordOf(flights: Flights, row: number, topic: string, time: number): NewRecord {
  const origin = flights.origin[row] as string;
  const event = {
    time,
    origin,
    destination: flights.destination[row],
    delay: flights.delay[row],
    distance: flights.distance[row],
  };
  return { topic, key: origin, value: JSON.stringify(event) };
}

/**
 * The latest `count` flights as records, in the order of time. Their weeks are squeezed into the span `[fromMs, toMs]`, keeping
 * order and relative density.
 */
export async function squeezedFlights(
  topic: string,
  count: number,
  fromMs: number,
  toMs: number,
): Promise<NewRecord[]> {
  const flights = await readFlights();
  const first = flights.count - count;
  if (first < 0) throw new Error(`the file has ${flights.count} flights, not ${count}`);
  const begin = flights.time[first] as number;
  const scale = (toMs - fromMs) / ((flights.time[flights.count - 1] as number) - begin);
  return Array.from({ length: count }, (_, i) => {
    const row = first + i;
    return recordOf(
      flights,
      row,
      topic,
      fromMs + Math.round(((flights.time[row] as number) - begin) * scale),
    );
  });
}

/** The flights of `[fromMs, toMs)` as records, after every time was moved by `shiftMs`. */
export async function shiftedFlights(
  topic: string,
  shiftMs: number,
  fromMs: number,
  toMs: number,
): Promise<NewRecord[]> {
  const flights = await readFlights();
  const records: NewRecord[] = [];
  for (let row = 0; row < flights.count; row++) {
    const time = (flights.time[row] as number) + shiftMs;
    if (time >= fromMs && time < toMs) records.push(recordOf(flights, row, topic, time));
  }
  return records;
}
