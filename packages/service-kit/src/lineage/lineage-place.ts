/** What OpenLineage calls the servers: `scheme://host:port` of the first one at an address. */

interface Addresses {
  readonly kafkaBrokers: readonly string[];
  readonly clickhouseUrl: string;
  readonly clickhouseDatabase: string;
  readonly redisUrl: string;
  readonly lineageNamespace: string;
}

/** Namespaces of all datasets, from the settings of a service or of the command line. */
export function lineagePlaces(settings: Addresses) {
  return {
    kafka: lineagePlace('kafka', settings.kafkaBrokers.join(','), 9092),
    clickhouse: lineagePlace('clickhouse', settings.clickhouseUrl, 8123),
    clickhouseDatabase: settings.clickhouseDatabase,
    redis: lineagePlace('redis', settings.redisUrl, 6379),
    computed: `forebay://${encodeURIComponent(settings.lineageNamespace)}`,
  };
}

/** Of addresses that are URLs of HTTP. */
const HTTP_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** `scheme://host:port` of the first server at the address; no user, no password. `port`: where the address has none. */
export function lineagePlace(scheme: string, address: string, port: number): string {
  const [, protocol = '', rest = address] = /^([a-z-]+):\/\/(.*)$/.exec(address) ?? [];
  const [first = ''] = rest.replace(/^.*@/, '').split(/[,/?]/);
  return `${scheme}://${/:\d+$/.test(first) ? first : `${first}:${HTTP_PORTS[protocol] ?? port}`}`;
}
