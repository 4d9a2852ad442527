import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerTls } from './server-tls';

/** An HTTP server, or with TLS an HTTPS server that takes up rotated certificates. Not listening yet. */
export function createHttpServer(tls: ServerTls | null, listener: RequestListener): Server {
  if (tls === null) return createServer(listener);
  const server = createTlsServer({ ...tls.context, ...tls.serverOptions }, listener);
  const stop = tls.onChange((context) => server.setSecureContext(context));
  server.on('close', stop);
  return server;
}
