/** Which package may use which. Change it together with package.json and tsconfig.json, and say why in docs/adr. */

/** Exactly these, in package.json and in tsconfig.json. */
export const USES: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  expressions: ['contract'],
  definitions: ['contract', 'expressions'],
  formats: ['contract', 'definitions', 'expressions'],
  algebra: ['contract', 'definitions', 'expressions'],
  'online-store': ['algebra', 'contract', 'definitions'],
  'offline-store': ['algebra', 'contract', 'definitions', 'expressions'],
  'object-store': ['contract'],
  'training-set': ['algebra', 'contract', 'definitions', 'expressions', 'offline-store'],
  profiles: ['algebra', 'contract', 'definitions', 'expressions', 'offline-store', 'training-set'],
  'event-log': ['contract'],
  jobs: ['contract'],
  'service-kit': ['contract'],
  client: ['contract'],
  'local-stack': ['contract'],
  testkit: ['contract', 'definitions', 'expressions'],
};

/** Any package but these. No package uses a service. */
export const NEVER_USES: Readonly<Record<string, readonly string[]>> = {
  cli: ['testkit'],
  'service-serving': ['testkit', 'local-stack', 'cli', 'client'],
  'service-stream': ['testkit', 'local-stack', 'cli', 'client'],
  'service-batch': ['testkit', 'local-stack', 'cli', 'client'],
};

/** These do no I/O and know no clock, no chance and no log: their results depend on their arguments alone. */
export const PURE = ['contract', 'expressions', 'definitions', 'algebra'];

/** What a pure package's file does all the same, and why. */
export const PURE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'packages/contract/src/contract.ts': 'reads the files of proto/, once per process',
};
