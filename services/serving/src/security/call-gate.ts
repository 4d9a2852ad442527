import type { Metadata } from '@grpc/grpc-js';
import type { AuditLog } from './audit-log';
import type { Authenticator } from './authenticator';
import type { Caller } from './caller';
import { Denied } from './denied';
import type { Peer } from './peer';

/** What every call, of whatever protocol, passes first. */
export class CallGate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly audit: AuditLog,
  ) {}

  /** Of a gRPC call. A promise only for a credential that is not known yet; throws or rejects as `authenticate` does. */
  callerOf(call: Peer & { readonly metadata: Metadata }): Caller | Promise<Caller> {
    if (!this.authenticator.isRequired) return this.authenticator.authenticate(undefined, call);
    const values = call.metadata.get('authorization');
    if (values.length > 1) throw new Denied('malformed', 'the call has several authorization headers');
    const [header] = values;
    return this.authenticator.authenticate(header === undefined ? undefined : String(header), call);
  }

  /** By the text of an HTTP request's `authorization` header. */
  callerOfHttp(authorization: string | undefined, peer: Peer): Caller | Promise<Caller> {
    return this.authenticator.authenticate(authorization, peer);
  }

  /** Has to be told what a call failed with; what is no denial is passed over. `caller`: null where none was known. */
  noteFailure(method: string, peer: Peer, caller: Caller | null, error: unknown): void {
    if (error instanceof Denied) this.audit.denied({ method, peer, caller, denied: error });
  }
}
