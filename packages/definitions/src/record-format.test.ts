import { JSON_FORMAT, pathSegments, segmentsOfField } from './record-format';

describe('pathSegments', () => {
  it.each([
    ['amount', ['amount']],
    ['payment.amount.value', ['payment', 'amount', 'value']],
    ['items.0.price', ['items', '0', 'price']],
    ['attributes.user\\.id', ['attributes', 'user.id']],
    ['a\\\\.b', ['a\\', 'b']],
    ['größe.wert', ['größe', 'wert']],
  ])('takes %s apart', (path, segments) => expect(pathSegments(path)).toEqual(segments));

  it.each(['', '.', 'a.', '.a', 'a..b', 'a\\b', 'a\\'])('says that "%s" is none', (path) =>
    expect(pathSegments(path)).toBeNull(),
  );
});

describe('segmentsOfField', () => {
  const format = { ...JSON_FORMAT, paths: { amount: 'payment.amount' }, headers: { id: 'ce_id' } };

  it('is the path, else the name, and nothing for a header', () => {
    expect(segmentsOfField(format, 'amount')).toEqual(['payment', 'amount']);
    expect(segmentsOfField(format, 'toString')).toEqual(['toString']);
    expect(segmentsOfField(format, 'id')).toBeNull();
  });
});
