import { ForebayError, type Reason } from '@forebay/contract';

const REASON_OF_TYPE: Readonly<Record<string, Reason>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'not_found',
  TOPIC_AUTHORIZATION_FAILED: 'failed_precondition',
  GROUP_AUTHORIZATION_FAILED: 'failed_precondition',
  CLUSTER_AUTHORIZATION_FAILED: 'failed_precondition',
  SASL_AUTHENTICATION_FAILED: 'failed_precondition',
  POLICY_VIOLATION: 'failed_precondition',
  INVALID_TOPIC_EXCEPTION: 'invalid_request',
  INVALID_PARTITIONS: 'invalid_request',
  INVALID_REPLICATION_FACTOR: 'invalid_request',
  INVALID_CONFIG: 'invalid_request',
  INVALID_SESSION_TIMEOUT: 'invalid_request',
  MESSAGE_TOO_LARGE: 'invalid_record',
  RECORD_LIST_TOO_LARGE: 'invalid_record',
};

/** Kinds of failures of the way to the broker, whatever kafkajs thinks of trying again. */
const UNREACHABLE = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
]);

/** Of user and password, whatever the mechanism. */
const REFUSED = 'KafkaJSSASLAuthenticationError';

interface KafkaFailure extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
  /** Of an error that stands for several. */
  readonly errors?: readonly unknown[];
  readonly partitions?: readonly { readonly error?: unknown }[];
}

/** A failure of kafkajs as one of our errors, by what lies at its root; one of ours stays as it is. */
export function eventLogError(thrown: unknown, doing: string): ForebayError {
  if (thrown instanceof ForebayError) return thrown;
  const chain = causes(thrown);
  const root = chain.at(-1);
  const message = root?.message ?? String(thrown);
  return new ForebayError(reasonOf(chain), `${doing}: ${message}`, { cause: thrown });
}

const ELECTION_TYPES = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/** Whether a partition has no leader at the moment, or another one than the client believes. */
export function isElection(thrown: unknown): boolean {
  return causes(thrown).some(({ type }) => type !== undefined && ELECTION_TYPES.has(type));
}

function reasonOf(chain: readonly KafkaFailure[]): Reason {
  for (const failure of chain) {
    const reason = failure.type === undefined ? undefined : REASON_OF_TYPE[failure.type];
    if (reason !== undefined) return reason;
  }
  if (chain.some(({ name }) => name === REFUSED)) return 'failed_precondition';
  if (chain.some((failure) => UNREACHABLE.has(failure.name))) return 'unavailable';
  return chain.at(-1)?.retriable === true ? 'unavailable' : 'internal';
}

/** The failure and what caused it, outermost first. */
function causes(thrown: unknown): KafkaFailure[] {
  const chain: KafkaFailure[] = [];
  let current = thrown;
  while (current instanceof Error && !chain.includes(current)) {
    chain.push(current);
    const { errors, partitions, cause } = current as KafkaFailure;
    current = errors?.[0] ?? partitions?.[0]?.error ?? cause;
  }
  return chain;
}
