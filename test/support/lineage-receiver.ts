/** A real HTTP server that takes OpenLineage events, or answers as it is told to. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: events are whatever was sent
export type ReceivedEvent = any;

export async function lineageReceiver(answers: number[] = []) {
  const events: ReceivedEvent[] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const status = answers.shift() ?? 201;
      tokens.push(request.headers.authorization);
      if (status < 300) events.push(JSON.parse(body));
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/lineage`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url, events, tokens, close };
}
