/** The options of an HTTP/2 response, as grpc-js gives them to a stream. */
interface ResponseOptions {
  endStream?: boolean;
}

interface AnsweringStream {
  respond?: (headers: object, options?: ResponseOptions) => void;
}

/** What is taken from a server of grpc-js besides its public face. */
interface GrpcServer {
  readonly http2Servers?: ReadonlyMap<
    { prependOnceListener(event: 'stream', listener: (stream: AnsweringStream) => void): void },
    unknown
  >;
}

/**
 * Node copies the options of a response (`{ ...options }`) and then sets `endStream` in the copy. In V8 the copy's hidden class has no
 * transitions, so that setting what is not there yet makes a new class, with descriptors and handlers, in each call: a twentieth of
 * the time of a small one, and most of what full garbage collections have to free. grpc-js gives the same object
 * with every answer, which gets the property here, with its default, when the first one is answered.
 *
 * Call it when the server listens, before there are calls.
 */
export function completeResponseOptions(server: object): void {
  const { http2Servers } = server as GrpcServer;
  if (!(http2Servers instanceof Map)) return;
  for (const http2Server of http2Servers.keys())
    http2Server.prependOnceListener('stream', completeOnResponse);
}

function completeOnResponse(stream: AnsweringStream): void {
  const { respond } = stream;
  if (typeof respond !== 'function') return;
  stream.respond = (headers, options) => {
    delete stream.respond;
    if (options !== undefined && Object.isExtensible(options)) options.endStream ??= false;
    respond.call(stream, headers, options);
  };
}
