import { eventFaults, type LineageSchema } from '../../../test/support/openlineage-schema';
import { compileProject } from './compile-project';
import { flightsProject } from './flights.fixture';
import {
  type LineageDatasets,
  projectDatasets,
  retiredDatasets,
  servedLogDatasets,
  streamDatasets,
  trainingSetDatasets,
  valueDatasets,
} from './lineage-datasets';
import type { LineageDataset } from './lineage-facets';
import type { LineagePlaces } from './lineage-places';
import { sourceOf } from './lookup';
import { pairingProject } from './pairing.fixture';
import { paymentsProject } from './payments.fixture';

const PLACES: LineagePlaces = {
  kafka: 'kafka://broker:9092',
  clickhouse: 'clickhouse://store:8123',
  clickhouseDatabase: 'features',
  redis: 'redis://cache:6379',
  computed: 'forebay://test',
};
const flights = compileProject(flightsProject());
const payments = compileProject(paymentsProject());
const ads = compileProject(pairingProject());

/** Checked against the schema, then as text. */
function namesOf(datasets: LineageDatasets): { inputs: string[]; outputs: string[] } {
  const event = {
    eventTime: '2026-01-01T00:00:00.000Z',
    producer: 'urn:forebay:lineage',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: { runId: '00000000-0000-5000-8000-000000000000' },
    job: { namespace: 'test', name: 'test' },
    ...datasets,
  };
  expect(eventFaults(event)).toEqual([]);
  const names = (all: readonly LineageDataset[]) => all.map(({ namespace, name }) => `${namespace}/${name}`);
  return { inputs: names(datasets.inputs), outputs: names(datasets.outputs) };
}

/** `column <- dataset.field AS`, a line for each origin. */
function columnsOf({ outputs }: LineageDatasets, name: string): string[] {
  const facets = outputs.find((output) => output.name === name)?.facets as LineageSchema;
  const line = ({ name: from, field, transformations }: LineageSchema) =>
    `${from}.${field} ${transformations.map(({ type, subtype }: LineageSchema) => `${type} ${subtype}`).join(', ')}`;
  const { fields, dataset = [] } = facets.columnLineage;
  expect(facets.schema.fields.map((field: LineageSchema) => field.name)).toEqual(Object.keys(fields));
  return [
    ...Object.entries<LineageSchema>(fields).flatMap(([column, { inputFields }]) =>
      inputFields.length === 0
        ? [`${column} <-`]
        : inputFields.map((origin: LineageSchema) => `${column} <- ${line(origin)}`),
    ),
    ...dataset.map((origin: LineageSchema) => `* <- ${line(origin)}`),
  ];
}

test('columns of an aggregation view come from inputs, filters and what values are split by, through derived columns', () => {
  const datasets = valueDatasets(flights, [{ view: 'airport_delays', version: 0 }], PLACES);
  expect(namesOf(datasets)).toEqual({
    inputs: ['clickhouse://store:8123/features.flights'],
    outputs: ['redis://cache:6379/flights.airport_delays@1'],
  });
  const filter = 'features.flights.delay INDIRECT FILTER';
  expect(columnsOf(datasets, 'flights.airport_delays@1')).toEqual([
    `flights_1h <- ${filter}`,
    'delay_mean_24h <- features.flights.delay DIRECT AGGREGATION, INDIRECT FILTER',
    `late_24h <- ${filter}`,
    'last_destinations <- features.flights.destination DIRECT AGGREGATION',
    `last_destinations <- ${filter}`,
    'destinations_7d <- features.flights.destination DIRECT AGGREGATION',
    `destinations_7d <- ${filter}`,
    `total <- ${filter}`,
    'delay_30d <- features.flights.delay DIRECT AGGREGATION, INDIRECT FILTER',
    `idle <- ${filter}`,
    '* <- features.flights.origin INDIRECT GROUP_BY',
  ]);
});

test('an applied project has everything: topics, tables, archives, views of each kind, and feature services', () => {
  const datasets = projectDatasets(payments, PLACES);
  expect(namesOf(datasets)).toEqual({
    inputs: ['kafka://broker:9092/payments', 'clickhouse://store:8123/crm.profiles'],
    outputs: [
      'clickhouse://store:8123/features.payments',
      'redis://cache:6379/payments.recent@1',
      'redis://cache:6379/payments.daily@1',
      'redis://cache:6379/payments.profile@1',
      'forebay://test/payments.risk@1',
      'forebay://test/payments.fraud@1',
    ],
  });
  expect(columnsOf(datasets, 'payments.profile@1')).toEqual([
    'credit_limit <- crm.profiles.limit DIRECT IDENTITY',
    'tier <- crm.profiles.tier DIRECT IDENTITY',
    'taste <- crm.profiles.taste DIRECT IDENTITY',
    '* <- crm.profiles.customer INDIRECT GROUP_BY',
  ]);
  // request data has no dataset; what a feature reads through another is its own
  expect(columnsOf(datasets, 'payments.risk@1')).toEqual([
    'z <- payments.recent@1.amount_mean_7d DIRECT TRANSFORMATION',
    'z <- payments.recent@1.amount_stddev_7d DIRECT TRANSFORMATION',
    'of_limit <- payments.profile@1.credit_limit DIRECT TRANSFORMATION',
    'suspicious <- payments.recent@1.amount_mean_7d DIRECT TRANSFORMATION',
    'suspicious <- payments.recent@1.amount_stddev_7d DIRECT TRANSFORMATION',
    'suspicious <- payments.profile@1.credit_limit DIRECT TRANSFORMATION',
  ]);
  expect(columnsOf(datasets, 'payments.fraud@1').slice(-2)).toEqual([
    'risk@1.of_limit <- payments.risk@1.of_limit DIRECT IDENTITY',
    'risk@1.suspicious <- payments.risk@1.suspicious DIRECT IDENTITY',
  ]);
});

test('fields of a joined source are of the archive of their side, those of a sequence source of its own', () => {
  const datasets = valueDatasets(
    ads,
    [
      { view: 'clicked_by_user', version: 1 },
      { view: 'guesses', version: 1 },
    ],
    PLACES,
  );
  expect(namesOf(datasets).inputs).toEqual(
    ['impressions', 'clicks', 'logins'].map((table) => `clickhouse://store:8123/features.${table}`),
  );
  expect(columnsOf(datasets, 'ads.clicked_by_user@1')).toEqual([
    'clicked_1h <- features.impressions.price INDIRECT FILTER',
    '* <- features.impressions.user INDIRECT GROUP_BY',
  ]);
  expect(columnsOf(datasets, 'ads.guesses@1')).toEqual([
    'guesses_1h <-',
    '* <- features.logins.user INDIRECT GROUP_BY',
  ]);
});

test('a stream reads the topics of its source, or of those that it pairs, and writes archive and views', () => {
  const [clicked, guesses] = ads.aggregationViews;
  expect(namesOf(streamDatasets(ads, sourceOf(ads, clicked!), [clicked!], PLACES))).toEqual({
    inputs: ['kafka://broker:9092/impressions', 'kafka://broker:9092/clicks'],
    outputs: ['redis://cache:6379/ads.clicked_by_user@1'],
  });
  expect(namesOf(streamDatasets(ads, sourceOf(ads, guesses!), [guesses!], PLACES)).inputs).toEqual([
    'kafka://broker:9092/logins',
  ]);
  const [view] = flights.aggregationViews;
  const output = { topic: 'delays', format: 'json', features: [], everyMs: null, partitions: 1 } as const;
  const withOutput = { ...view!, output } as unknown as typeof view;
  expect(namesOf(streamDatasets(flights, sourceOf(flights, view!), [withOutput!], PLACES))).toEqual({
    inputs: ['kafka://broker:9092/flights'],
    outputs: [
      'clickhouse://store:8123/features.flights',
      'redis://cache:6379/flights.airport_delays@1',
      'kafka://broker:9092/delays',
    ],
  });
});

test('a training set reads what its views are recomputed from, on-demand views too; a retired version is dropped', () => {
  const risk = trainingSetDatasets(payments, [{ view: 'risk', version: 1 }], '/sets/june', PLACES);
  expect(namesOf(risk)).toEqual({
    inputs: ['clickhouse://store:8123/features.payments', 'clickhouse://store:8123/crm.profiles'],
    outputs: ['file//sets/june'],
  });
  expect(namesOf(servedLogDatasets('_forebay_served', '/sets/july', PLACES)).inputs).toEqual([
    'clickhouse://store:8123/features._forebay_served',
  ]);
  const object = trainingSetDatasets(payments, [], 's3://sets/of/june/', PLACES);
  expect(object.outputs).toEqual([{ namespace: 's3://sets', name: 'of/june' }]);
  const retired = retiredDatasets(payments, { view: 'recent', version: 1 }, PLACES);
  expect(namesOf(retired)).toEqual({ inputs: [], outputs: ['redis://cache:6379/payments.recent@1'] });
});
