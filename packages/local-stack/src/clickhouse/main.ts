/** The ClickHouse child process: `node main.js <data directory> <port>`. Ends on SIGTERM. */
import { join } from 'node:path';
import { Engine } from './engine';
import { createHttpServer } from './http-server';
import { Spool } from './spool';

/** Each holds a session while its client reads, however slowly: many more than there are cores. */
const MAX_CONCURRENT_STATEMENTS = 40;
const DRAIN_MS = 5_000;

function main(dataDir: string, port: number): void {
  const engine = new Engine(dataDir, MAX_CONCURRENT_STATEMENTS);
  const spool = new Spool(join(dataDir, '..', 'spool'));
  const server = createHttpServer(engine, spool);
  server.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  server.listen(port, '127.0.0.1', () => process.stdout.write(`listening on 127.0.0.1:${port}\n`));

  process.once('SIGTERM', async () => {
    const drained = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await drained;
    clearTimeout(timer);
    await engine.close();
    spool.remove();
    process.exit(0);
  });
}

const [dataDir, port] = process.argv.slice(2);
if (dataDir === undefined || port === undefined) {
  process.stderr.write('usage: main <data directory> <port>\n');
  process.exit(2);
}
main(dataDir, Number(port));
