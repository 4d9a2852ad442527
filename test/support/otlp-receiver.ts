/** What an OpenTelemetry collector would receive: OTLP over HTTP, in JSON. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type LogsRequest,
  logsOf,
  type MetricsRequest,
  pointsOf,
  type ReceivedLog,
  type ReceivedPoint,
  type ReceivedSpan,
  spansOf,
  type TracesRequest,
} from './otlp-json';

export type { ReceivedLog, ReceivedPoint, ReceivedSpan } from './otlp-json';

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Of all exports, in the order in which they came. */
  readonly points: ReceivedPoint[] = [];
  readonly logs: ReceivedLog[] = [];
  readonly #takers: Readonly<Record<string, (request: unknown) => void>> = {
    '/v1/traces': (request) => this.spans.push(...spansOf(request as TracesRequest)),
    '/v1/metrics': (request) => this.points.push(...pointsOf(request as MetricsRequest)),
    '/v1/logs': (request) => this.logs.push(...logsOf(request as LogsRequest)),
  };
  #isSilent = false;
  /** Paths of the requests that came. */
  readonly paths: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => void receiver.#answer(request, response));
    const receiver = new OtlpReceiver(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on it takes connections and answers none. */
  beSilent(): void {
    this.#isSilent = true;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.paths.push(path);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.#isSilent) return;
    const take = this.#takers[path];
    take?.(JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(take === undefined ? 404 : 200, { 'content-type': 'application/json' }).end('{}');
  }
}
