const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
      sourceMaps: 'inline',
    },
  ],
  // Published as ES modules only: Node can require them, Jest cannot.
  '/node_modules/(@marcbachmann/cel-js|jose)/.+\\.js$': [
    '@swc/jest',
    { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
  ],
};
const transformIgnorePatterns = ['/node_modules/(?!@marcbachmann/cel-js/|jose/)'];
const moduleNameMapper = {
  '^@forebay/service-(serving|stream|batch)$': '<rootDir>/services/$1/src',
  '^@forebay/([a-z-]+)$': '<rootDir>/packages/$1/src',
};
const common = {
  transform,
  transformIgnorePatterns,
  moduleNameMapper,
  testEnvironment: 'node',
  rootDir: __dirname,
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  modulePathIgnorePatterns: ['<rootDir>/.forebay/', '<rootDir>/(packages|services)/[^/]+/dist/'],
};

/** `unit` needs no server and no clock; `integration` starts real servers. */
module.exports = {
  testSequencer: '<rootDir>/test/support/longest-first.js',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{packages,services}/*/src/**/*.test.ts',
        '<rootDir>/test/{architecture,bench,parity,fuzz}/**/*.test.ts',
        '<rootDir>/examples/**/*.test.ts',
      ],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/{integration,conformance}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/start-stack.ts',
      globalTeardown: '<rootDir>/test/support/stop-stack.ts',
      setupFilesAfterEnv: ['<rootDir>/test/support/timeouts.ts'],
    },
  ],
};
