import { exists, isCode, isTest, ourFiles, readText } from './support/repository';

const files = ourFiles();

/** Longer code files, each with the reason why it is one piece. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'packages/definitions/src/operations.ts': 'the closed table of operations',
  'packages/event-log/src/record-consumer.ts': 'one state machine: an assignment and what overtakes it',
  'test/integration/event-log-consumer.test.ts': 'the cases of that state machine, with one harness',
};

const MAX_LINES = 300;
/** Tests are lists of cases. */
const MAX_TEST_LINES = 400;

describe('files', () => {
  test('are one concept each, or say why they are long', () => {
    const long = files.filter((path) => {
      if (!isCode(path) && !/\.(lua|sql|proto|sh)$/.test(path)) return false;
      const lines = readText(path).split('\n').length - 1;
      return lines > (isTest(path) ? MAX_TEST_LINES : MAX_LINES);
    });
    expect(long.sort()).toEqual(Object.keys(LONG_FILES).sort());
  });

  test('have names in kebab-case', () => {
    const code = files.filter((path) => isCode(path) || path.endsWith('.lua'));
    const wrong = code.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(path.split('/').at(-1)!));
    expect(wrong).toEqual([]);
  });
});

describe('text', () => {
  const texts = files.filter((path) => isCode(path) || /\.(lua|sql|proto|sh|md|json|ya?ml)$/.test(path));

  /** Lines that match, as `path:line`. */
  function linesWith(pattern: RegExp): string[] {
    const found: string[] = [];
    for (const path of texts) {
      if (path.startsWith('test/architecture/') || path === 'package-lock.json') continue;
      readText(path)
        .split('\n')
        .forEach((line, i) => {
          if (pattern.test(line)) found.push(`${path}:${i + 1}`);
        });
    }
    return found;
  }

  test('has no to-do without an owner: write TODO(name)', () => {
    expect(linesWith(/\b(TODO|FIXME|HACK)\b(?!\(\w+\))/)).toEqual([]);
  });

  test('has no path of one machine', () => {
    expect(linesWith(/(^|[\s'"`(=:])\/(work|root|home|tmp|Users)\/\w/)).toEqual([]);
  });
});

describe('docs/adr', () => {
  const records = files.filter((path) => path.startsWith('docs/adr/'));

  test('has records named by a number and a title', () => {
    expect(records.filter((path) => !/^docs\/adr\/\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md$/.test(path))).toEqual([]);
  });

  test('gives each number once, without a gap', () => {
    const numbers = records.map((path) => Number(path.slice('docs/adr/'.length, 'docs/adr/'.length + 4)));
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
  });
});

describe('links between documents', () => {
  const documents = files.filter((path) => path.endsWith('.md'));

  test('lead to files that exist', () => {
    const broken: string[] = [];
    for (const path of documents) {
      for (const [, target] of readText(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^\w+:/.test(target!)) continue;
        const resolved = new URL(target!, `file:///${path}`).pathname.slice(1);
        if (!exists(decodeURIComponent(resolved))) broken.push(`${path} -> ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
