import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ChdbQueryStream, Session } from 'chdb';
import { type Engine, QUERY_ID_SETTING } from './engine';
import { formatKind } from './formats';
import type { QueryRequest } from './request';
import { respondEmpty, respondWithStream } from './respond';
import type { Spool, SpoolFile } from './spool';
import { isSelect, quoteString, type Statement } from './statement';

interface Execution {
  readonly session: Session;
  readonly request: QueryRequest;
  readonly response: ServerResponse;
  readonly spool: Spool;
  readonly startedMs: number;
}

/** Runs the request's statement and answers it. Throws EngineError; part of the answer may have been sent by then. */
export async function execute(
  engine: Engine,
  spool: Spool,
  request: QueryRequest,
  response: ServerResponse,
): Promise<void> {
  const startedMs = performance.now();
  await engine.run(request.context, async (session) => {
    if (response.destroyed && isSelect(request.statement)) return; // the client left while waiting for its turn
    const execution: Execution = { session, request, response, spool, startedMs };
    if (request.data !== null) await insertData(execution, request.data);
    else if (!isSelect(request.statement)) await runWhole(execution);
    else await runSelect(execution);
  });
}

async function runSelect(execution: Execution): Promise<void> {
  switch (formatKind(resultFormat(execution.request))) {
    case 'pieces':
      return streamPieces(execution);
    case 'file':
      return sendFile(execution);
    case 'document':
      return runWhole(execution);
  }
}

/** Inserted data comes from its file: as part of the statement, bytes that are not UTF-8 would not arrive as they are. */
async function insertData(execution: Execution, data: SpoolFile): Promise<void> {
  const { session, request, response } = execution;
  if (data.sizeBytes() === 0) return respondEmpty(response, request, summary(execution)); // the engine would call it an error
  const result = await session.queryAsync(insertFromFile(request.statement, data.path));
  respondEmpty(response, request, { ...summary(execution), writtenRows: result.rowsRead });
}

/** `INSERT INTO t (a) FORMAT F` reads the file as it is; `… SELECT f(a) FROM input('a Int64') FORMAT F` computes from it. */
function insertFromFile(statement: Statement, path: string): string {
  const { sql, masked } = statement;
  const format = statement.format as string;
  const input = /\binput\s*\(\s*(~+)\s*\)/i.exec(masked);
  if (input === null) return `${sql} FROM INFILE ${quoteString(path)} FORMAT ${format}`;
  const structure = sql.slice(input.index, input.index + input[0].length).replace(/^input\s*\(|\)$/gi, '');
  const source = `file(${quoteString(path)}, ${quoteString(format)}, ${structure})`;
  return sql.slice(0, input.index) + source + sql.slice(input.index + input[0].length);
}

/** DDL, INSERT … SELECT, SHOW, EXPLAIN, and results that are one small document. */
async function runWhole(execution: Execution): Promise<void> {
  const { session, request, response } = execution;
  const format = resultFormat(request);
  const result = await session.queryAsync(withQueryIds(request.statement), { format });
  const body = Readable.from([Buffer.from(result.bytes())]);
  await respondWithStream(response, request, { format, summary: summary(execution), body });
}

/** `KILL QUERY WHERE query_id = '…'` means the id that the client gave. */
function withQueryIds({ keyword, sql, masked }: Statement): string {
  const name = keyword === 'KILL' ? /\bquery_id\b/i.exec(masked) : null;
  if (name === null) return sql;
  return `${sql.slice(0, name.index)}Settings['${QUERY_ID_SETTING}']${sql.slice(name.index + name[0].length)}`;
}

/** A format whose pieces make the whole when put together: sent as they come, however many there are. */
async function streamPieces(execution: Execution): Promise<void> {
  const { session, request, response } = execution;
  const format = resultFormat(request);
  const pieces = pieceBytes(session.queryStream(request.statement.sql, { format }));
  const first = await pieces.next(); // most errors come before the first piece, when the answer can still be an error
  await respondWithStream(response, request, {
    format,
    summary: summary(execution),
    body: Readable.from(first.done ? [] : resume(first.value, pieces), {
      objectMode: true,
      highWaterMark: 1,
    }),
  });
}

async function* pieceBytes(stream: ChdbQueryStream): AsyncGenerator<Buffer> {
  for await (const piece of stream) yield Buffer.from(piece.raw());
}

async function* resume(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** A format with a header, a footer or an index over the whole: the engine writes it to a file, which is then sent. */
async function sendFile(execution: Execution): Promise<void> {
  const { session, request, response, spool } = execution;
  const format = resultFormat(request);
  const file = spool.reserve();
  try {
    const target = `file(${quoteString(file.path)}, ${quoteString(format)})`;
    await session.queryAsync(`INSERT INTO FUNCTION ${target} ${request.statement.sql}`);
    const body = file.sizeBytes() === 0 ? Readable.from([]) : createReadStream(file.path);
    await respondWithStream(response, request, { format, summary: summary(execution), body });
  } finally {
    await file.remove();
  }
}

function resultFormat(request: QueryRequest): string {
  return request.statement.format ?? request.defaultFormat;
}

function summary(execution: Execution): { elapsedMs: number } {
  return { elapsedMs: performance.now() - execution.startedMs };
}
