import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine';
import { EngineError } from './engine-error';
import { execute } from './execute';
import { type QueryRequest, readRequest } from './request';
import { respondWithError } from './respond';
import type { Spool } from './spool';
import { isSelect } from './statement';

/** Longer than clients keep an idle connection, so that none is closed under a request being sent. */
const KEEP_ALIVE_MS = 30_000;
const CANCEL_AGAIN_MS = 250;
/** As ClickHouse has it (http_max_uri_size): an INSERT stands in the address, its data in the body. */
const MAX_ADDRESS_BYTES = 1 << 20;

/** ClickHouse's HTTP interface over the engine. */
export function createHttpServer(engine: Engine, spool: Spool): Server {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, maxHeaderSize: MAX_ADDRESS_BYTES },
    (incoming, response) => {
      handle(engine, spool, incoming, response).catch((error: unknown) => {
        process.stderr.write(`answering ${incoming.method} failed: ${String(error)}\n`);
        response.destroy();
      });
    },
  );
  return server;
}

async function handle(
  engine: Engine,
  spool: Spool,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = incoming.url?.split('?')[0];
  if (path === '/ping') {
    response.end('Ok.\n');
    return;
  }
  if (path !== '/') {
    response.writeHead(404).end('There is no such path; use / or /ping\n');
    return;
  }
  let request: QueryRequest | null = null;
  const answered = new AbortController();
  try {
    request = await readRequest(incoming, spool);
    cancelWhenClientLeaves(engine, request, response, answered.signal);
    await execute(engine, spool, request, response);
  } catch (error) {
    incoming.resume(); // what is left of the body, so that the client gets to read the answer
    respondWithError(response, EngineError.from(error));
  } finally {
    answered.abort();
    await request?.data?.remove();
  }
}

/** A statement that changes something runs to its end even when nobody waits for it, as on a ClickHouse server. */
function cancelWhenClientLeaves(
  engine: Engine,
  request: QueryRequest,
  response: ServerResponse,
  answered: AbortSignal,
): void {
  if (!isSelect(request.statement)) return;
  response.once('close', async () => {
    // More than once: a statement that is only about to start is not there to be cancelled yet.
    while (!answered.aborted) {
      await engine.kill(request.context.queryId);
      await sleep(CANCEL_AGAIN_MS, undefined, { signal: answered }).catch(() => undefined);
    }
  });
}
