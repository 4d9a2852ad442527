/** The board of jobs: bull-board, for those with an admin's token. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { ForebayError } from '@forebay/contract';
import type { JobQueue } from '@forebay/jobs';
import {
  type AccessFile,
  createHttpServer,
  type Instruments,
  type Logger,
  parseAccessFile,
  ServerTls,
  WatchedFiles,
} from '@forebay/service-kit';
import { type BoardDecision, decideAccess } from './board-access';
import type { BoardTerms } from './board-settings';
import { DenialLines } from './denial-lines';

export interface BoardOptions extends BoardTerms {
  readonly queue: JobQueue;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly clock: () => number;
}

export interface Board {
  readonly port: number;
  close(): Promise<void>;
}

/** Throws `invalid_configuration` for an access file, certificate or address that cannot be used. */
export async function openBoard(options: BoardOptions): Promise<Board> {
  const { accessFile, reloadEveryMs, logger, instruments, clock } = options;
  const access = await WatchedFiles.open({
    what: 'the access file of the board',
    paths: { access: accessFile },
    parse: (contents) => parseAccessFile(contents.access.toString(), accessFile),
    everyMs: reloadEveryMs,
    onRefused: (error) =>
      logger.error({ err: error }, `${error.message}\nthe credentials before stay in use`),
  });
  const tls =
    options.tls === null
      ? null
      : await ServerTls.open({ what: 'board', ...options.tls, reloadEveryMs, logger, instruments, clock });
  const denials = new DenialLines(logger);
  const server = createHttpServer(
    tls,
    guarded(() => access.current, boardOf(options.queue), denials, options),
  );
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      denials.close();
      access.close();
      tls?.close();
    },
  };
}

function boardOf(queue: JobQueue): RequestListener {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath('/');
  createBullBoard({
    queues: queue.bullQueues().map((opened) => new BullMQAdapter(opened)),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Forebay jobs', hideDocsLink: true } },
  });
  return serverAdapter.getRouter() as RequestListener;
}

/** Lets in who may come in; what changes something is a line of the audit log, when it has been answered. */
function guarded(
  access: () => AccessFile,
  board: RequestListener,
  denials: DenialLines,
  { logger, clock }: Pick<BoardOptions, 'logger' | 'clock'>,
): RequestListener {
  const audit = logger.child({ component: 'audit' });
  return (request, response) => {
    const { method = 'GET', headers } = request;
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    const decision = decideAccess(access(), { method, headers }, clock());
    if (decision.kind === 'denied') return deny(decision, request, response, path, denials);
    if (decision.changes)
      response.on('finish', () => {
        const { who } = decision;
        const line = {
          audit: 'administrative',
          who,
          what: 'board',
          method,
          path,
          status: response.statusCode,
        };
        audit.info(line, `administrative: ${method} ${path}`);
      });
    board(request, response);
  };
}

function deny(
  decision: Extract<BoardDecision, { readonly kind: 'denied' }>,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  denials: DenialLines,
): void {
  const { status, who, why } = decision;
  denials.denied({
    who,
    why,
    method: request.method ?? 'GET',
    path,
    peer: request.socket.remoteAddress ?? '',
  });
  response.writeHead(status, {
    'content-type': 'text/plain',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="Forebay jobs", charset="UTF-8"' } : {}),
  });
  response.end(
    `${status === 401 ? 'the password is a token' : 'not allowed'}: the grant admin:*/* is needed\n`,
  );
}

function listen(server: Server, { host, port }: BoardOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ForebayError(
          'invalid_configuration',
          `the board's address ${host}:${port} cannot be listened on (${error.message}): set FOREBAY_BATCH_BOARD_HOST and FOREBAY_BATCH_BOARD_PORT to a free one`,
          { cause: error },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}
