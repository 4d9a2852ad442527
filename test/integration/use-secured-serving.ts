/** Serving as a process of its own, with secrets in files, for each test anew; and what tests ask it. */
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { connectRedis } from '@forebay/online-store';
import { requireGrant, type TokenEntry, tokenHash } from '@forebay/service-kit';
import { status } from '@grpc/grpc-js';
import { Service } from '../support/service';
import { useOwnRedis } from '../support/stack';
import { type CallerOptions, type Outcome, SecretFiles, TestCaller } from './secured-serving';
import { Seeder } from './serving-fixture';
import { flightsRegistry } from './serving-project';

export interface SecuredServing {
  /** Of the test that runs. */
  readonly files: SecretFiles;
  /** Asks for credentials, unless the settings say otherwise. */
  start(environment: Record<string, string>): Promise<Service>;
  /** A client with a connection of its own, by default one that trusts the authority and shows nothing. */
  caller(service: Service, options?: Partial<CallerOptions>): TestCaller;
}

export function useSecuredServing(): SecuredServing {
  const redis = useOwnRedis();
  const running: Service[] = [];
  const callers: TestCaller[] = [];
  let files: SecretFiles;
  beforeAll(async () => {
    const connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
    await new Seeder(connection, flightsRegistry()).apply();
    await connection.close();
  });
  beforeEach(() => {
    files = new SecretFiles();
  });
  afterEach(async () => {
    for (const caller of callers.splice(0)) caller.close();
    for (const service of running.splice(0)) await service.kill9();
    files.remove();
  });
  return {
    get files() {
      return files;
    },
    async start(environment) {
      // an empty setting counts as not set
      const closed = { FOREBAY_SERVING_AUTHENTICATION: '' };
      const own = { FOREBAY_REDIS_URL: redis.url, ...closed, ...environment };
      const service = await Service.start('serving', own);
      running.push(service);
      return service;
    },
    caller(service, options = {}) {
      const port = service.ports.grpc as number;
      const made = new TestCaller({ port, authority: files.authority, ...options });
      callers.push(made);
      return made;
    },
  };
}

export const codeOf = async (call: Promise<Outcome>) => status[(await call).code];

export function tokenEntry(
  name: string,
  token: string,
  grants: readonly string[],
  more: Partial<TokenEntry> = {},
): TokenEntry {
  return {
    name,
    sha256: tokenHash(token),
    tenant: 'default',
    grants: grants.map(requireGrant),
    expiresAtMs: Number.POSITIVE_INFINITY,
    ...more,
  };
}

/** The name in the certificate that a new connection is shown. */
export async function shownName(port: number, authority: string): Promise<string> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority,
    ALPNProtocols: ['h2'],
  });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN as string;
  socket.destroy();
  return name;
}

/** The value of a series, 0 if there is none. */
export async function metric(service: Service, series: string): Promise<number> {
  const line = (await service.metrics()).split('\n').find((text) => text.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}
