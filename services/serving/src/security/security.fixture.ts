import {
  type AccessFile,
  createLogger,
  type Instruments,
  ONE_TENANT,
  requireGrant,
} from '@forebay/service-kit';
import { AccessList } from './access-list';
import { type Caller, GrantedCaller } from './caller';
import type { Peer } from './peer';

/** Instruments that nobody reads. */
export function unreadInstruments(): Instruments {
  const series = { add: () => undefined, observe: () => () => undefined, bind: () => series };
  return { counter: () => series, gauge: () => series } as unknown as Instruments;
}

/** A logger, and what it wrote. */
export function capturedLog() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return {
    logger: createLogger({ service: 'serving', level: 'info', format: 'json', destination }),
    lines,
    objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

export function callerWith(grants: readonly string[], projects: readonly string[] = ['*']): Caller {
  return new GrantedCaller({
    name: 'model',
    tenant: 'default',
    kind: 'token',
    grants: grants.map(requireGrant),
    projects: new Set(projects),
    expiresAtMs: Number.POSITIVE_INFINITY,
  });
}

export function accessList(file: Partial<AccessFile>): AccessList {
  return new AccessList({ tenants: ONE_TENANT, tokens: [], certificates: [], ...file });
}

/** An end of a connection without a certificate. */
export const PEER: Peer = { getPeer: () => '10.0.0.7:4711', getAuthContext: () => ({}) };
