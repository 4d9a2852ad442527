import { useFeastClient } from './feast-client';

const feast = useFeastClient();

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
  expect(Object.keys(theirs)).toEqual(expect.arrayContaining(LEFT_OUT));
  expect(expected.length).toBeGreaterThan(30);
  expect(ours).toEqual(Object.fromEntries(expected));
});
