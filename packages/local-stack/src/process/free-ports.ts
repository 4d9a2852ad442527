import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { ForebayError } from '@forebay/contract';

/**
 * Ports below the range that operating systems give to outgoing connections (Linux: from 32768), so that a server that is
 * down for a moment finds its port free when it comes back.
 */
const FIRST_PORT = 15_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 200;

/**
 * `count` adjacent free ports of 127.0.0.1. Another process may take one before it is used: whoever starts a server tries
 * again with others.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = randomInt(FIRST_PORT, LAST_PORT - count);
    const ports = Array.from({ length: count }, (_, i) => first + i);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new ForebayError(
    'unavailable',
    `found no ${count} free adjacent ports on 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT} in ${ATTEMPTS} tries: stop what holds them`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
