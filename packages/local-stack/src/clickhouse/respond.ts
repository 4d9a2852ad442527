import type { ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type EngineError, httpStatus } from './engine-error';
import type { QueryRequest } from './request';

/** What is known when the answer begins. The engine counts written rows only for inserted data, not for INSERT … SELECT. */
export interface Summary {
  readonly writtenRows?: number;
  readonly elapsedMs: number;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
};

/** An answer with a body of any length; an error of the source ends the connection, so that no client takes a part for the whole. */
export async function respondWithStream(
  response: ServerResponse,
  request: QueryRequest,
  answer: { format: string; summary: Summary; body: Readable },
): Promise<void> {
  begin(response, request, answer);
  const encoder = request.acceptsGzip ? createGzip({ level: 1 }) : new Transform({ transform: passThrough });
  await pipeline(answer.body, encoder, response);
}

function passThrough(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
  done(null, chunk);
}

/** An answer without a body. */
export function respondEmpty(response: ServerResponse, request: QueryRequest, summary: Summary): void {
  begin(response, { ...request, acceptsGzip: false }, { format: 'TabSeparated', summary });
  response.end();
}

/** ClickHouse's number in a header, its text as the body; when the answer has begun already, the connection ends instead. */
export function respondWithError(response: ServerResponse, error: EngineError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(httpStatus(error), {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': String(error.code),
  });
  response.end(`${error.message}\n`);
}

function begin(
  response: ServerResponse,
  request: QueryRequest,
  answer: { format: string; summary: Summary },
): void {
  response.writeHead(200, {
    'Content-Type': CONTENT_TYPES[answer.format] ?? 'application/octet-stream',
    'X-ClickHouse-Query-Id': request.context.queryId,
    'X-ClickHouse-Format': answer.format,
    'X-ClickHouse-Timezone': 'UTC',
    'X-ClickHouse-Server-Display-Name': 'forebay-local',
    'X-ClickHouse-Summary': summaryHeader(answer.summary),
    ...(request.acceptsGzip ? { 'Content-Encoding': 'gzip' } : {}),
  });
}

function summaryHeader(summary: Summary): string {
  return JSON.stringify({
    ...(summary.writtenRows === undefined ? {} : { written_rows: String(summary.writtenRows) }),
    elapsed_ns: String(Math.round(summary.elapsedMs * 1e6)),
  });
}
