/** What a model that predicts the delay of one flight learns from, and is served with: the example `flights`, and more. */
import { featureService, onDemandView, project } from '@forebay/definitions';
import { airport, airportDelays, flights, route, routeDelays } from '../flights/features';

const owner = 'flight-operations';

/** Of one flight: what is known of it beforehand, and how its airport does now beside what is usual. */
const flight = onDemandView({
  name: 'flight',
  inputs: [
    airportDelays.pick('delay_mean_1h', 'delay_mean_7d', 'departures_1h', 'late_departures_1h'),
    routeDelays.pick('departures_30d', 'late_departures_30d'),
  ],
  request: { scheduled: 'timestamp', distance: 'int32' },
  owner,
  features: {
    hour_of_day: { expression: 'hour(scheduled, "UTC")', description: 'Of the scheduled departure' },
    day_of_week: 'day_of_week(scheduled, "UTC")',
    miles: { expression: 'distance', description: 'To be flown' },
    airport_trend: { expression: 'delay_mean_1h - delay_mean_7d', description: 'Minutes later than usual' },
    airport_late_share_1h: 'double(late_departures_1h) / double(departures_1h)',
    route_late_share_30d: 'double(late_departures_30d) / double(departures_30d)',
  },
});

export default project({
  name: 'flights',
  entities: [airport, route],
  eventSources: [flights],
  aggregationViews: [airportDelays, routeDelays],
  onDemandViews: [flight],
  featureServices: [
    featureService({
      name: 'flight_delay',
      owner,
      description: 'What the delay of one flight is predicted from',
      features: [
        airportDelays.pick(
          'departures_1h',
          'delay_mean_1h',
          'delay_max_1h',
          'late_departures_1h',
          'destinations_1h',
          'delay_mean_24h',
          'delay_stddev_24h',
          'late_departures_24h',
          'delay_mean_7d',
          'late_departures_7d',
          'delay_per_100_miles_mean_7d',
          'distance_mean_30d',
          'seconds_since_departure_90d',
        ),
        routeDelays.pick(
          'departures_24h',
          'delay_max_24h',
          'departures_7d',
          'delay_stddev_7d',
          'delay_mean_30d',
          'late_departures_30d',
          'delay_max_30d',
          'delay_mean_90d',
          'last_delay_90d',
        ),
        flight,
      ],
    }),
  ],
});
