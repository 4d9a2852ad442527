/** A real HTTP server that takes OpenLineage events, or answers as it is told to. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: events are whatever was sent
export type ReceivedEvent = any;

/** A status, or no answer at all as long as the connection lasts. */
export type Answer = number | 'none';

/** @param answers to the first events; then `otherwise`, which may be set. */
export async function lineageReceiver(answers: Answer[] = [], port = 0) {
  const events: ReceivedEvent[] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const answer = answers.shift() ?? receiver.otherwise;
      tokens.push(request.headers.authorization);
      receiver.asked++;
      if (answer === 'none') return;
      if (answer < 300) events.push(JSON.parse(body));
      response.writeHead(answer).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  const receiver = {
    url: `http://127.0.0.1:${taken}/api/v1/lineage`,
    port: taken,
    events,
    tokens,
    /** How often it was asked, whatever it answered. */
    asked: 0,
    otherwise: 201 as Answer,
    /** Hangs up on whoever waits for an answer. */
    hangUp: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
