import { strictAll } from '../closures';
import type { FunctionSpec, LiteralParameter } from '../function-spec';
import type { Int } from '../int64';
import { Sql, type SqlScope } from '../sql';
import type { Evaluate } from '../value';
import { RADIANS } from './trigonometry';

/** The mean radius of the Earth in metres, (2a + b) / 3 of GRS 80: H. Moritz, Geodetic Reference System 1980, R1. */
const EARTH_RADIUS_M = 6_371_008.7714;

const LATITUDE = 90;
const LONGITUDE = 180;
const MAX_PRECISION = 12;
const BITS_PER_CHARACTER = 5;
const GEOHASH_DIGITS = '0123456789bcdefghjkmnpqrstuvwxyz';

const PRECISION: LiteralParameter = {
  literal: 'int',
  name: 'precision',
  problem: (n) =>
    (n as Int) >= 1 && (n as Int) <= MAX_PRECISION
      ? null
      : `${n} is not a number of characters; give 1 to ${MAX_PRECISION}`,
};

function onEarth(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= LATITUDE && Math.abs(longitude) <= LONGITUDE;
}

function onEarthSql(latitude: Sql, longitude: Sql): string {
  return `abs(${latitude}) <= ${LATITUDE} AND abs(${longitude}) <= ${LONGITUDE}`;
}

/**
 * The haversine formula, h = sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2), with the haversine of the way to the antipode in
 * place of 1 − h: that is sin²((φ₁+φ₂)/2) + cos φ₁ cos φ₂ cos²(Δλ/2), and keeps all digits where points are opposite.
 */
function distance(lat1: number, lon1: number, lat2: number, lon2: number): number | null {
  if (!onEarth(lat1, lon1) || !onEarth(lat2, lon2)) return null;
  const half = RADIANS / 2;
  const cosines = Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS);
  const alongLatitude = Math.sin((lat2 - lat1) * half);
  const alongLongitude = Math.sin((lon2 - lon1) * half);
  const oppositeLatitude = Math.sin((lat1 + lat2) * half);
  const oppositeLongitude = Math.cos((lon2 - lon1) * half);
  const near = alongLatitude * alongLatitude + cosines * alongLongitude * alongLongitude;
  const far = oppositeLatitude * oppositeLatitude + cosines * oppositeLongitude * oppositeLongitude;
  return 2 * EARTH_RADIUS_M * Math.atan2(Math.sqrt(near), Math.sqrt(far));
}

function distanceSql(scope: SqlScope, ...degrees: Sql[]): string {
  return scope.bind(degrees, (...bound) => {
    const [lat1, lon1, lat2, lon2] = bound as [Sql, Sql, Sql, Sql];
    const half = RADIANS / 2;
    const parts = [
      `cos(${lat1} * ${RADIANS}) * cos(${lat2} * ${RADIANS})`,
      `sin((${lat2} - ${lat1}) * ${half})`,
      `sin((${lon2} - ${lon1}) * ${half})`,
      `sin((${lat1} + ${lat2}) * ${half})`,
      `cos((${lon2} - ${lon1}) * ${half})`,
    ].map((part) => new Sql(part, false));
    const metres = scope.bind(parts, (cosines, nearLat, nearLon, farLat, farLon) => {
      const near = `${nearLat} * ${nearLat} + ${cosines} * ${nearLon} * ${nearLon}`;
      const far = `${farLat} * ${farLat} + ${cosines} * ${farLon} * ${farLon}`;
      return `(${2 * EARTH_RADIUS_M} * atan2(sqrt(${near}), sqrt(${far})))`;
    });
    return `if(${onEarthSql(lat1, lon1)} AND ${onEarthSql(lat2, lon2)}, ${metres}, NULL)`;
  });
}

/** Halves of the longitude and of the latitude in turn, five a character. */
function geohash(precision: number, latitude: number, longitude: number): string {
  const low = [-LONGITUDE, -LATITUDE];
  const high = [LONGITUDE, LATITUDE];
  const point = [longitude, latitude];
  let text = '';
  let digit = 0;
  for (let bit = 0; bit < precision * BITS_PER_CHARACTER; bit++) {
    const axis = bit % 2;
    const middle = ((low[axis] as number) + (high[axis] as number)) / 2;
    const upper = (point[axis] as number) >= middle;
    (upper ? low : high)[axis] = middle;
    digit = digit * 2 + (upper ? 1 : 0);
    if (bit % BITS_PER_CHARACTER === BITS_PER_CHARACTER - 1) {
      text += GEOHASH_DIGITS[digit];
      digit = 0;
    }
  }
  return text;
}

export const GEOGRAPHY = {
  geo_distance: {
    group: 'Geography',
    doc: `Metres between (latitude, longitude) and (latitude, longitude), in degrees, along a sphere of the Earth's mean radius of ${EARTH_RADIUS_M} m (GRS 80), by the haversine formula: within 0.6 % of the distance on the ellipsoid. Null beyond ±90 and ±180 degrees.`,
    example: 'geo_distance(41.98, -87.9, 33.64, -84.43)',
    signatures: [
      {
        parameters: ['double', 'double', 'double', 'double'],
        result: 'double',
        closure: strictAll(distance),
        sql: ({ scope }, ...degrees) => distanceSql(scope, ...degrees),
      },
    ],
  },
  geohash: {
    group: 'Geography',
    doc: 'The geohash of (latitude, longitude), in degrees, of 1 to 12 characters: 5 name a cell of 4.9 km, 7 one of 153 m. Null beyond ±90 and ±180 degrees.',
    example: 'geohash(41.98, -87.9, 5)',
    signatures: [
      {
        parameters: ['double', 'double', PRECISION],
        result: 'string',
        closure:
          ({ literals: [precision] }, latitude, longitude) =>
          (row) => {
            const lat = (latitude as Evaluate)(row) as number | null;
            const lon = (longitude as Evaluate)(row) as number | null;
            if (lat === null || lon === null || !onEarth(lat, lon)) return null;
            return geohash(Number(precision), lat, lon);
          },
        sql: ({ scope, literals: [precision] }, latitude, longitude) =>
          scope.bind(
            [latitude as Sql, longitude as Sql],
            (lat, lon) =>
              `if(${onEarthSql(lat, lon)}, geohashEncode(ifNull(${lon}, 0.0), ifNull(${lat}, 0.0), ${precision}), NULL)`,
          ),
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
