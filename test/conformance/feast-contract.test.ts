import { IS_NEWEST_RELEASE, useFeastClient } from './feast-client';
import { DRIVER, UNKNOWN_DRIVER, useRides } from './rides-service';

const rides = useRides();
const feast = useFeastClient();
const ofOlderRelease = IS_NEWEST_RELEASE ? describe.skip : describe;

/** Of Feast's contract, what no server of Feast reads any more, and what names types in registries. */
const LEFT_OUT = [
  'feast.serving.FeatureReferenceV2',
  'feast.serving.GetOnlineFeaturesRequestV2',
  'feast.serving.GetOnlineFeaturesRequestV2.EntityRow',
  'feast.serving.GetOnlineFeaturesRequestV2.EntityRow.FieldsEntry',
  'feast.types.ValueType',
  'feast.types.ValueType.Enum',
];

test('our protos are those of Feast, field by field', async () => {
  const { ours, feast: theirs } = await feast.descriptors();
  const expected = Object.entries(theirs).filter(([name]) => !LEFT_OUT.includes(name));
  expect(expected.length).toBeGreaterThan(20);
  // an older release has less, and nothing else
  for (const [name, fields] of expected) expect({ [name]: ours[name] }).toMatchObject({ [name]: fields });
  if (IS_NEWEST_RELEASE) expect(ours).toEqual(Object.fromEntries(expected));
});

ofOlderRelease('clients of an older release', () => {
  const ask = (call: Readonly<Record<string, unknown>>) =>
    feast.sdk({ url: `${rides.service.feastUrl}/rides`, ...call });

  test('the Python SDK asks view by view, and takes what is PRESENT', async () => {
    const outcome = await ask({
      features: ['driver_stats:trips'],
      entities: [{ driver_id: DRIVER }, { driver_id: UNKNOWN_DRIVER }],
    });
    expect(outcome).toMatchObject({ values: { driver_id: [DRIVER, UNKNOWN_DRIVER], trips: [2, null] } });
  });

  test('the Python SDK, which sends one of two join keys only, is told, and gets no other entity’s values', async () => {
    const outcome = await ask({
      features: ['beat_stats:beat_fares'],
      entities: [{ driver_id: DRIVER, city: 'Zürich' }],
    });
    expect(outcome).toMatchObject({
      raised: 'FeastError',
      message: expect.stringMatching(/^join key "city" is missing/),
    });
  });

  test('the generated client gets columns, statuses and event times', async () => {
    const request = {
      feature_service: 'pricing@1',
      entities: { driver_id: { val: [{ int64_val: DRIVER }] } },
    };
    expect(await feast.grpc(rides.service.address, 'GetOnlineFeatures', request)).toMatchObject({
      names: ['driver_id', 'trips'],
      results: [{ statuses: ['PRESENT'] }, { values: [{ int64_val: '3' }], statuses: ['PRESENT'] }],
    });
  });
});
