import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from './exit-codes';
import { main } from './main';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  let [out, err] = ['', ''];
  async function* empty() {}
  const code = await main(['node', 'forebay', ...args], environment, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    input: empty(),
  });
  return { code, out, err };
}

test('help explains every command, with examples and exit codes', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(EXIT.ok);
  for (const name of [
    'init',
    'list',
    'describe',
    'plan',
    'apply',
    'load',
    'push',
    'get',
    'explain',
    'materialize',
    'rebuild',
    'training-set',
    'status',
    'dev',
    'token',
  ]) {
    expect(out).toContain(`\n  ${name} `);
    const own = await run([name, '--help']);
    expect(own.code).toBe(EXIT.ok);
    if (name !== 'token') expect(own.out).toContain('--json');
  }
  expect(out).toContain('Examples:');
  expect(out).toContain('Exit codes:');
});

test.each([
  [['lod'], "unknown command 'lod'"],
  [['plan'], "missing required argument 'file'"],
  [['describe'], "missing required argument 'name[@version]'"],
  [['describe', 'x', '--kind', 'thing'], "argument 'thing' is invalid"],
  [['load', '--source', 's'], "required option '--file <path>' not specified"],
  [['load', '--source', 's', '--file', 'f', '--complete-until', 'soon'], 'It is not an instant'],
  [['get', '--key', 'a=b'], 'give --service or --features'],
  [['get', '--service', 's'], 'give --key or --rows'],
  [['get', '--service', 's', '--features', 'v:f', '--key', 'a=b'], 'cannot be used with'],
  [['get', '--service', 's', '--key', 'a'], 'It is not joinKey=value'],
  [['explain', 'v.f', 'a=b'], '"v.f" is not view:feature'],
  [['explain', 'v:f', 'a'], 'It is not joinKey=value'],
  [['explain', 'v:f', 'a=b', '--segments', '0'], 'It is not a number from 1'],
  [['push', '--source', 's', '--event', '{}', '--file', 'f'], 'cannot be used with'],
  [['materialize', '--view', 'v', '--all'], 'cannot be used with'],
  [['materialize', '--timeout', 'long'], 'It is not a duration'],
  [['training-set', '--service', 's', '--rows', 'r.csv'], "required option '--out <file>' not specified"],
  [['training-set', '--rows', 'r.csv', '--out', 'o.csv'], 'give --service or --features'],
  [['training-set', '--service', 's', '--out', 'o.csv'], 'give --rows, --rows-query or --from-served-log'],
  [
    ['training-set', '--service', 's', '--rows', 'r', '--rows-query', 'q', '--out', 'o.csv'],
    'cannot be used with',
  ],
  [
    ['training-set', '--service', 's', '--rows-format', 'xml', '--rows', 'r', '--out', 'o'],
    'It is not one of',
  ],
  [['training-set', '--service', 's', '--threads', '0', '--rows', 'r', '--out', 'o'], 'It is not a number'],
  [['status', '--jsn'], "unknown option '--jsn'"],
  [['token', 'create', '--name', 'a'], "required option '--grant <grant>' not specified"],
  [['token', 'create', '--name', 'a', '--grant', 'all'], 'It is not a grant such as read:shop/checkout'],
  [['token', 'create', '--name', 'a b', '--grant', 'read:*/*'], 'It is not 1 to 100 letters'],
  [['token', 'revoke'], "unknown command 'revoke'"],
  [[], 'Usage: forebay'],
])('%j is wrong usage', async (args, message) => {
  const { code, out, err } = await run(args);
  expect(code).toBe(EXIT.usage);
  expect(out).toBe('');
  expect(err).toContain(message);
});

test('settings come from the given environment alone, and wrong ones are wrong usage', async () => {
  const wrong = { FOREBAY_REDIS_URL: 'http://x', FOREBAY_KAFKA_BROKER: 'a:1' };
  const { code, err } = await run(['status', '--json'], wrong);
  expect(code).toBe(EXIT.usage);
  const { error, reason } = JSON.parse(err);
  expect(reason).toBe('invalid_configuration');
  expect(error).toContain('FOREBAY_REDIS_URL: "http://x" is not a URL that begins with redis://');
  expect(error).toContain('did you mean FOREBAY_KAFKA_BROKERS?');
});

test('a definitions file that is not there is a failure', async () => {
  const { code, err } = await run(['plan', 'nowhere.ts']);
  expect(code).toBe(EXIT.failure);
  expect(err).toBe('error definitions "nowhere.ts": there is no such file\n');
});

test('init writes a project once, and overwrites nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-init-'));
  try {
    const file = join(directory, 'shop', 'features.yaml');
    const { code, out } = await run(['init', join(directory, 'shop'), '--yaml']);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('forebay dev --local ');
    writeFileSync(file, 'mine');
    const again = await run(['init', join(directory, 'shop'), '--yaml']);
    expect(again.code).toBe(EXIT.failure);
    expect(again.err).toContain(
      `"${file}" is there already and stays as it is: name another directory, or move it away`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a definitions file in YAML is read as such, and its place is the file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-yaml-'));
  try {
    const file = join(directory, 'features.yml');
    writeFileSync(file, 'name: {');
    const { code, err } = await run(['plan', file]);
    expect(code).toBe(EXIT.refused);
    expect(err).toContain(`definitions "${file}": the file is not YAML:\n  - line 1, column 8: `);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('token create shows a token once, and an entry that the access file takes; token check reads the file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-token-'));
  try {
    const create = [
      'token',
      'create',
      '--name',
      'model',
      '--grant',
      'read:shop/checkout',
      '--grant',
      'push:shop/*',
    ];
    const { code, out } = await run([...create, '--expires-in', '90d']);
    expect(code).toBe(EXIT.ok);
    const [token] = /fbt_[A-Za-z0-9_-]{43}/.exec(out) ?? [];
    expect(token).toBeDefined();
    const entry = out.slice(out.indexOf('  - name: "model"'));
    expect(entry).not.toContain(token);
    const file = join(directory, 'access.yaml');
    writeFileSync(file, `tokens:\n${entry}`);
    const checked = await run(['token', 'check', file, '--json']);
    expect(checked.code).toBe(EXIT.ok);
    expect(JSON.parse(checked.out)).toEqual({
      tenants: { default: ['*'] },
      credentials: [
        {
          name: 'model',
          kind: 'token',
          tenant: 'default',
          grants: ['read:shop/checkout', 'push:shop/*'],
          expires: expect.stringMatching(/^20/),
        },
      ],
    });
    writeFileSync(file, `tokens:\n${entry.replace('sha256', 'hash')}`);
    const wrong = await run(['token', 'check', file]);
    expect(wrong.code).toBe(EXIT.failure);
    expect(wrong.err).toContain(`access file "${file}":`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
