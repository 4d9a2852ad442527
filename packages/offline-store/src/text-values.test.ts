import { ISO_INSTANT } from './text-values';

describe('an instant in text', () => {
  const pattern = new RegExp(ISO_INSTANT);

  it.each([
    '2026-01-31',
    '2026-01-31T18:00Z',
    '2026-01-31 18:00:59',
    '2026-01-31T18:00:00.123456789+05:30',
    '2026-01-31T18:00:00-0800',
  ])('is %s', (text) => {
    expect(pattern.test(text)).toBe(true);
  });

  it.each([
    '2026-1-31',
    '2026-01-31T25:00:00Z',
    '2026-01-31T18:61:00Z',
    '2026-01-31T18:00:60Z',
    '2026-01-31T18:00:00.Z',
    '2026-01-31Z',
    '31.01.2026',
    'now',
    '18:00',
  ])('is not %s', (text) => {
    expect(pattern.test(text)).toBe(false);
  });
});
