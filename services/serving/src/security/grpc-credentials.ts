import type { SecureContextOptions } from 'node:tls';
import type { ServerTls } from '@forebay/service-kit';
import { ServerCredentials } from '@grpc/grpc-js';

/**
 * Credentials of a gRPC server whose certificate changes while it runs. grpc-js has such credentials for its own file
 * watcher only, which has nothing to show until a first read, and takes up whatever the files hold.
 */
class RotatingCredentials extends ServerCredentials {
  constructor(tls: ServerTls) {
    super(tls.serverOptions, tls.context);
    tls.onChange((context) => this.#use(context));
  }

  #use(context: SecureContextOptions): void {
    this.updateSecureContextOptions(context);
  }

  _equals(other: ServerCredentials): boolean {
    return other === this;
  }
}

/** null: plain text. */
export function grpcCredentials(tls: ServerTls | null): ServerCredentials {
  return tls === null ? ServerCredentials.createInsecure() : new RotatingCredentials(tls);
}
