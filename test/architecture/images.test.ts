/** What the Dockerfile and docker-compose.yml name is there, and pinned; that they work is proved by `npm run test:images`. */
import { parse } from 'yaml';
import { exists, readText } from './support/repository';

interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly restart?: string;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
}

const dockerfile = readText('Dockerfile');
const compose = parse(readText('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const services = Object.entries(compose.services);
const { version } = JSON.parse(readText('package.json')) as { version: string };
const PINNED = /:\d+\.\d+\.\d+(\.\d+)?(-[a-z0-9]+)*(@sha256:[0-9a-f]{64})?$|:v\d+\.\d+\.\d+$/;
const HEADINGS: Readonly<Record<string, string>> = {
  serving: 'Serving',
  stream: 'Stream',
  batch: 'Batch',
  apply: 'The forebay command',
};

/** The variables that the configuration's reference has for every service and for this one. */
function settingsOf(service: string): Set<string> {
  const sections = readText('docs/CONFIGURATION.md').split(/^## /m);
  const wanted = sections.filter((text) =>
    ['Every service', HEADINGS[service]].some((heading) => text.startsWith(`${heading}\n`)),
  );
  return new Set(
    wanted.flatMap((text) => text.match(/^\| `FOREBAY_\w+/gm) ?? []).map((cell) => cell.slice(3)),
  );
}

test('what the Dockerfile copies from the project is there', () => {
  const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
    paths!.split(' '),
  );
  expect(copies.length).toBeGreaterThan(5);
  expect(copies.filter((path) => !exists(path))).toEqual([]);
});

test('the images that others are built on are pinned', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)];
  const stages = bases.map(([, , stage]) => stage);
  const outside = bases.map(([, from]) => from!).filter((from) => !stages.includes(from));
  expect(new Set(outside)).toEqual(new Set([`\${NODE_IMAGE}`]));
  expect(/^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1]).toMatch(PINNED);
});

test('nothing in an image runs as root', () => {
  const last = dockerfile.split(/^FROM /m).filter((stage) => /^ENTRYPOINT/m.test(stage));
  expect(last).toHaveLength(4);
  expect(last.filter((stage) => !stage.startsWith('runtime AS ') || /^USER/m.test(stage))).toEqual([]);
  expect(dockerfile).toMatch(/AS runtime\n[\s\S]*?USER 65532:65532/);
});

test.each(services)(
  'compose: %s has a pinned image, and folders that are there',
  (_, { image, build, volumes }) => {
    expect(image).toMatch(PINNED);
    if (build) expect(dockerfile).toContain(` AS ${build.target}\n`);
    if (build) expect(image).toBe(`forebay/${build.target}:${version}`);
    const mounted = (volumes ?? []).map(
      (volume) => volume.replace(/^\$\{\w+:-([^}]*)\}/, '$1').split(':')[0]!,
    );
    expect(mounted.filter((path) => path.startsWith('.') && !exists(path))).toEqual([]);
  },
);

test.each(Object.keys(HEADINGS))(
  'compose: the settings of %s are among those of the reference',
  (service) => {
    const given = Object.keys(compose.services[service]?.environment ?? {});
    expect(given).not.toEqual([]);
    expect(given.filter((name) => !settingsOf(service).has(name))).toEqual([]);
  },
);

// docker compose up --wait ends with 1 when a container ends, whatever its exit code, that no other waits for
test('compose: what ends by itself is waited for by what stays', () => {
  const awaited = services.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on)
      .filter(([, { condition }]) => condition === 'service_completed_successfully')
      .map(([name]) => name),
  );
  const ending = services.filter(([, { build, restart }]) => build && restart === undefined);
  expect(ending.map(([name]) => name)).toEqual(awaited);
});
