import type { IncomingMessage } from 'node:http';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** The other end of a call; a call of grpc-js fits. */
export interface Peer {
  /** `address:port`. */
  getPeer(): string;
  /** The certificate only if the transport has verified it. */
  getAuthContext(): { readonly sslPeerCertificate?: PeerCertificate };
}

/** Of an HTTP request. */
export class HttpPeer implements Peer {
  constructor(private readonly request: IncomingMessage) {}

  /** What does not change while the connection stands may be remembered by it. */
  get connection(): object {
    return this.request.socket;
  }

  getPeer(): string {
    const { remoteAddress, remotePort } = this.request.socket;
    return remoteAddress === undefined ? 'unknown' : `${remoteAddress}:${remotePort}`;
  }

  getAuthContext(): { readonly sslPeerCertificate?: PeerCertificate } {
    const { socket } = this.request;
    if (!(socket instanceof TLSSocket) || !socket.authorized) return {};
    const certificate = socket.getPeerCertificate();
    return certificate.raw === undefined ? {} : { sslPeerCertificate: certificate };
  }
}

interface GrpcCall {
  readonly call?: { readonly stream?: { readonly session?: object } };
}

/**
 * The connection of a call, as a key to remember things by; null if it cannot be told. grpc-js shows a certificate by
 * parsing it again at every call, and gives no name to the connection: the HTTP/2 session inside is reached for.
 */
export function connectionOf(peer: Peer): object | null {
  if (peer instanceof HttpPeer) return peer.connection;
  return (peer as GrpcCall).call?.stream?.session ?? null;
}

/** The address without the port: what a caller cannot change at will. */
export function hostOf(peer: Peer): string {
  const address = peer.getPeer();
  const colon = address.lastIndexOf(':');
  return colon < 0 ? address : address.slice(0, colon);
}
