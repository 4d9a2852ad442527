/** Asks for every feature of every airport and route, and compares each value with the naive one at the same instant. */
import { AIRPORTS, byEntity, naiveFeatures, orderedFlights, ROUTES } from './naive.mjs';
import { agrees } from './naive-aggregations.mjs';

const ROWS_PER_REQUEST = 200;
const SHOWN = ['ORD', 'ATL', 'DFW'];
const MAX_EXAMPLES = 10;

/** Every row of the file as (origin, destination), so that entities without a known flight are asked for too. */
function entitiesOf(flights) {
  const airports = new Set();
  const routes = new Set();
  for (let row = 0; row < flights.count; row++) {
    airports.add(flights.origin[row]);
    routes.add(`${flights.origin[row]}-${flights.destination[row]}`);
  }
  return { airports: [...airports].sort(), routes: [...routes].sort() };
}

function isEmpty(value) {
  return value === null || value === 0 || (Array.isArray(value) && value.length === 0);
}

/** Compares one view; `ask(entities)` reads a page of them. */
async function compareView(view, entities, groups, ask, tally) {
  const names = Object.values(view.features).flatMap((features) => Object.keys(features));
  for (let from = 0; from < entities.length; from += ROWS_PER_REQUEST) {
    const page = entities.slice(from, from + ROWS_PER_REQUEST);
    const answer = await ask(page);
    for (const [row, entity] of page.entries()) {
      const expected = naiveFeatures(view, groups.get(entity) ?? [], answer.asOfMs);
      const statuses = answer.statuses(row);
      for (const name of names) {
        const served = answer.rows[row][name];
        tally.compared++;
        if (isEmpty(expected[name].value)) tally.empty++;
        if (statuses[name] === 'DEGRADED') tally.degraded++;
        if (agrees(served, expected[name])) continue;
        tally.different++;
        if (tally.examples.length < MAX_EXAMPLES)
          tally.examples.push(
            `${entity} ${name}: served ${JSON.stringify(served)} (${statuses[name]}), naive ${JSON.stringify(expected[name].value)}`,
          );
      }
    }
    for (const { row, reason } of answer.degraded.slice(0, 1))
      if (tally.examples.length < MAX_EXAMPLES) tally.examples.push(`${page[row]}: degraded: ${reason}`);
  }
  return names.length;
}

/** Which of an airport's flights in each window came from the stream: those that were not loaded. */
function describeAirport(airport, answer, flights, streamed) {
  const features = Object.entries(AIRPORTS.features).flatMap(([window, ofWindow]) => {
    const counted = Object.keys(ofWindow)[0];
    const total = naiveFeatures(AIRPORTS, flights, answer.asOfMs)[
      counted === 'delay_mean_1h' ? 'departures_1h' : counted
    ].value;
    const fromStream = naiveFeatures(AIRPORTS, streamed, answer.asOfMs)[counted].value;
    return Object.keys(ofWindow).map((name) => ({
      name,
      value: answer.rows[0][name],
      fromStream,
      total,
      window,
    }));
  });
  return { airport, asOf: answer.asOfMs, freshnessMs: answer.views[0].freshnessMs, features };
}

export async function compareAll(client, flights, positions) {
  const ordered = orderedFlights(flights, positions);
  const streamedOnly = orderedFlights(flights, {
    ...positions,
    how: positions.how.map((how) => (how === 2 ? 2 : 0)),
  });
  const { airports, routes } = entitiesOf(flights);
  const byAirport = byEntity(ordered, AIRPORTS);
  const tally = { compared: 0, different: 0, empty: 0, degraded: 0, examples: [] };
  const askAirports = (page) =>
    client.getOnlineFeatures({
      project: 'flights',
      featureService: 'airport_board',
      keys: { airport: page },
      includeViewTimes: true,
    });
  const askRoutes = (page) => {
    const pairs = page.map((key) => key.split('-'));
    return client.getOnlineFeatures({
      project: 'flights',
      featureService: 'route_board',
      keys: { origin: pairs.map(([o]) => o), destination: pairs.map(([, d]) => d) },
    });
  };
  const airportFeatures = await compareView(AIRPORTS, airports, byAirport, askAirports, tally);
  const routeFeatures = await compareView(ROUTES, routes, byEntity(ordered, ROUTES), askRoutes, tally);
  const streamed = byEntity(streamedOnly, AIRPORTS);
  const shown = [];
  for (const airport of SHOWN)
    shown.push(
      describeAirport(
        airport,
        await askAirports([airport]),
        byAirport.get(airport) ?? [],
        streamed.get(airport) ?? [],
      ),
    );
  return {
    ...tally,
    airportCount: airports.length,
    airportFeatures,
    routeCount: routes.length,
    routeFeatures,
    airports: shown,
  };
}
