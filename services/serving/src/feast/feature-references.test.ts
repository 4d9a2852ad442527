import { fullName, readFeatureReference } from './feature-references';

describe('readFeatureReference', () => {
  it.each([
    ['stats:trips', 'stats', 0, 'trips', 'stats__trips'],
    ['stats@v2:trips', 'stats', 2, 'trips', 'stats@v2__trips'],
    ['stats@V12:trips', 'stats', 12, 'trips', 'stats@v12__trips'],
    ['stats@2:trips', 'stats', 2, 'trips', 'stats@v2__trips'],
    ['stats@latest:trips', 'stats', 0, 'trips', 'stats__trips'],
    ['stats@:trips', 'stats', 0, 'trips', 'stats__trips'],
  ])('reads %s', (text, view, version, feature, name) => {
    const reference = readFeatureReference(text);
    expect(reference).toEqual({ view, version, feature });
    expect(fullName(reference)).toBe(name);
  });

  it.each([
    'trips',
    '',
    ':',
    'stats:',
    ':trips',
    'stats@x:trips',
    'stats@v2',
    'a:b:c',
    `${'x'.repeat(5_000)}`,
  ])('refuses what names no feature (%#)', (text) => {
    expect(() => readFeatureReference(text)).toThrow(
      /^feature ".{0,101}": a feature is named as view:feature/,
    );
  });
});
