import { ForebayError } from '@forebay/contract';

/** Where the features are: one server, or a cluster that is found through some of its nodes. */
export interface RedisTarget {
  /** `host:port`, of a cluster all that were named: safe to print. */
  readonly server: string;
  /** null: one server. */
  readonly cluster: ClusterTarget | null;
}

export interface ClusterTarget {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
}

const DEFAULT_PORT = 6379;
const FORMS = 'redis://host:6379, rediss:// for TLS, or redis-cluster://host:6379,host:6379';
const CLUSTER_PROTOCOL = /^(redis|rediss)-cluster:\/\/(.*)$/;

/**
 * Reads `redis[s]://[user:password@]host:port[/db]`, or `redis[s]-cluster://[user:password@]host:port,host:port,…`, whose
 * user and password are those of every node. `setting` names where it came from. Throws `invalid_configuration`.
 */
export function redisTarget(url: string, setting: string): RedisTarget {
  const cluster = CLUSTER_PROTOCOL.exec(url);
  if (cluster !== null)
    return clusterTarget(cluster[1] === 'rediss', (cluster[2] as string).replace(/\/$/, ''), setting);
  const parsed = parse(url, setting);
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:')
    throw refused(setting, `begins with ${parsed.protocol}//; write ${FORMS}`);
  return { server: hostAndPort(parsed, setting), cluster: null };
}

/** What stands after the last @ is a list; a password may hold what separates its items. */
function clusterTarget(tls: boolean, rest: string, setting: string): RedisTarget {
  const at = rest.lastIndexOf('@') + 1;
  const credentials = rest.slice(0, at);
  const nodes = rest
    .slice(at)
    .split(',')
    .map((node) => parse(`redis://${node.trim()}`, setting));
  const { username, password } = parse(`redis://${credentials}host`, setting);
  if (nodes.some(({ pathname }) => pathname !== '' && pathname !== '/'))
    throw refused(setting, 'names a database; a cluster has only one');
  return {
    server: nodes.map((node) => hostAndPort(node, setting)).join(','),
    cluster: {
      nodes: nodes.map(({ hostname, port }) => ({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? DEFAULT_PORT : Number(port),
      })),
      tls,
      username: username === '' ? null : decodeURIComponent(username),
      password: password === '' ? null : decodeURIComponent(password),
    },
  };
}

function parse(url: string, setting: string): URL {
  try {
    return new URL(url);
  } catch {
    throw refused(setting, `is not a URL; write ${FORMS}`);
  }
}

function hostAndPort({ hostname, port }: URL, setting: string): string {
  if (hostname === '') throw refused(setting, `names no host; write ${FORMS}`);
  return `${hostname}:${port === '' ? DEFAULT_PORT : port}`;
}

function refused(setting: string, what: string): ForebayError {
  return new ForebayError('invalid_configuration', `${setting} ${what}`);
}
