import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { StatementContext } from './engine';
import { EngineError, ERROR_CODES } from './engine-error';
import type { Spool, SpoolFile } from './spool';
import { parseStatement, type Statement } from './statement';

export interface QueryRequest {
  readonly context: StatementContext;
  readonly statement: Statement;
  /** The data of an INSERT, when the statement says that data follows; to be removed by whoever has the request. */
  readonly data: SpoolFile | null;
  readonly defaultFormat: string;
  readonly acceptsGzip: boolean;
}

/** A statement is kept in memory; inserted data is not. */
const MAX_STATEMENT_BYTES = 64 * 1024 * 1024;

/** Parameters of the HTTP interface; every other one is a setting of the engine. */
const INTERFACE_PARAMETERS = new Set([
  ...['query', 'database', 'default_format', 'query_id', 'enable_http_compression', 'wait_end_of_query'],
  ...[
    'user',
    'password',
    'role',
    'quota_key',
    'session_timeout',
    'session_check',
    'buffer_size',
    'stacktrace',
  ],
  ...['send_progress_in_http_headers', 'http_headers_progress_interval_ms'],
]);
/** What cannot be had from this server, as opposed to what makes no difference. */
const UNSUPPORTED_PARAMETERS = ['session_id', 'compress', 'decompress'];

const PARAMETER_PREFIX = 'param_';

/** Reads the URL and the body. Throws EngineError. */
export async function readRequest(incoming: IncomingMessage, spool: Spool): Promise<QueryRequest> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const query = url.searchParams;
  const body = decodedBody(incoming);
  const inUrl = parseStatement(query.get('query') ?? '');
  const expectsData = inUrl.keyword === 'INSERT' && inUrl.format !== null && incoming.method === 'POST';
  const settingsAndParameters = readSettings(query);
  const text = expectsData ? '' : await readText(body);
  return {
    context: {
      queryId: query.get('query_id') ?? randomUUID(),
      database: query.get('database') || headerOf(incoming, 'x-clickhouse-database'),
      ...settingsAndParameters,
    },
    statement: text === '' ? inUrl : parseStatement(`${query.get('query') ?? ''}\n${text}`.trimStart()),
    data: expectsData ? await spool.write(body) : null,
    defaultFormat: query.get('default_format') ?? headerOf(incoming, 'x-clickhouse-format') ?? 'TabSeparated',
    acceptsGzip:
      query.get('enable_http_compression') === '1' &&
      /\bgzip\b/.test(headerOf(incoming, 'accept-encoding') ?? ''),
  };
}

function headerOf(incoming: IncomingMessage, name: string): string | null {
  const value = incoming.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function readSettings(query: URLSearchParams): Pick<StatementContext, 'settings' | 'parameters'> {
  const settings: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [name, value] of query) {
    if (UNSUPPORTED_PARAMETERS.includes(name)) {
      throw EngineError.raise(
        ERROR_CODES.notImplemented,
        'NOT_IMPLEMENTED',
        `the local ClickHouse does not support the URL parameter ${name}: send each statement without it`,
      );
    }
    if (name.startsWith(PARAMETER_PREFIX)) parameters[name.slice(PARAMETER_PREFIX.length)] = value;
    else if (!INTERFACE_PARAMETERS.has(name)) settings[name] = value;
  }
  return { settings, parameters };
}

function decodedBody(incoming: IncomingMessage): Readable {
  const encoding = headerOf(incoming, 'content-encoding');
  const decoder = encoding === 'gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : null;
  if (decoder !== null) {
    incoming.once('error', (error) => decoder.destroy(error)); // `pipe` alone would leave the reader waiting
    return incoming.pipe(decoder);
  }
  if (encoding === null || encoding === 'identity') return incoming;
  throw EngineError.raise(
    ERROR_CODES.notImplemented,
    'NOT_IMPLEMENTED',
    `the local ClickHouse does not support the content encoding ${encoding}: use gzip or none`,
  );
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_STATEMENT_BYTES) {
      throw EngineError.raise(
        ERROR_CODES.badArguments,
        'BAD_ARGUMENTS',
        `the statement in the body is longer than ${MAX_STATEMENT_BYTES} bytes: give an INSERT in the URL parameter query and only its data in the body`,
      );
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}
