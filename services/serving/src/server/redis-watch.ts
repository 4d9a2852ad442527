import type { RedisConnection } from '@forebay/online-store';
import type { ReadinessHandle } from '@forebay/service-kit';

/** How long an idle server may call itself ready without Redis. */
const LOOK_EVERY_MS = 100;

/** Keeps the readiness of Redis that of the connection; returns the function that ends it. */
export function watchRedis(connection: RedisConnection, readiness: ReadinessHandle): () => void {
  const look = () => {
    if (connection.isConnected) readiness.ready();
    else readiness.notReady(`redis ${connection.server} is away`);
  };
  look();
  const unsubscribe = connection.onReconnect(look);
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}
