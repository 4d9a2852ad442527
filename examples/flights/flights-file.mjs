/**
 * The flights that the example runs on: 3,000,000 US flights of the first half of 2001, from the npm package
 * vega-datasets. Read here without any of Forebay's own code.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Where the file is on this machine. */
export function flightsPath() {
  const packageJson = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(dirname(packageJson)), 'data/flights-3m.parquet');
}

/**
 * Columns, all of `count` rows in the file's order, which is that of time.
 * @typedef {object} Flights
 * @property {number} count
 * @property {Float64Array} time in ms since the epoch; the file gives whole minutes, without a time zone: taken as UTC
 * @property {Int32Array} delay in minutes, negative when early
 * @property {Int32Array} distance in miles
 * @property {string[]} origin
 * @property {string[]} destination
 */

/** @returns {Promise<Flights>} */
export async function readFlights(path = flightsPath()) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const count = Number(metadata.num_rows);
  const flights = {
    count,
    time: new Float64Array(count),
    delay: new Int32Array(count),
    distance: new Int32Array(count),
    origin: /** @type {string[]} */ (new Array(count)),
    destination: /** @type {string[]} */ (new Array(count)),
  };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    await parquetRead({
      file,
      metadata,
      compressors,
      rowStart,
      rowEnd,
      onChunk: (chunk) => copyColumn(flights, chunk.columnName, chunk.rowStart, chunk.columnData),
    });
    rowStart = rowEnd;
  }
  return flights;
}

/**
 * @param {Flights} flights
 * @param {string} name
 * @param {number} start
 * @param {ArrayLike<any>} values
 */
function copyColumn(flights, name, start, values) {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined)
      throw new Error(`flights file: row ${start + i} has no ${name}`);
    if (name === 'date') flights.time[start + i] = value.getTime();
    else if (name === 'delay') flights.delay[start + i] = Number(value);
    else if (name === 'distance') flights.distance[start + i] = Number(value);
    else if (name === 'origin') flights.origin[start + i] = value;
    else if (name === 'destination') flights.destination[start + i] = value;
    else throw new Error(`flights file: unknown column ${name}`);
  }
}

/**
 * The same flights, every time moved by `shiftMs`.
 * @param {Flights} flights
 * @param {number} shiftMs
 * @returns {Flights}
 */
export function shiftTimes(flights, shiftMs) {
  return { ...flights, time: flights.time.map((time) => time + shiftMs) };
}
