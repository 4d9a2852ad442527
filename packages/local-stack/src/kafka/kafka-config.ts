export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

/** By name, as in Kafka's `server.properties`. */
export type KafkaProperties = Readonly<Record<string, string | number | boolean>>;

/** One broker that is its own controller, small, with explicit topics only. */
export function serverProperties(ports: KafkaPorts, dataDir: string, further: KafkaProperties = {}): string {
  const properties: Record<string, KafkaProperties[string]> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    // Members that are killed on purpose are missed soon: 6 s by default.
    'group.min.session.timeout.ms': 2_000,
    // A single broker cannot hold the three replicas that are the default for Kafka's own topics.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A broker that was killed must wait for its former session to end before it may start: 9 s by default.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 1_000,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...further,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${String(value).replaceAll('\n', '\\n')}\n`)
    .join('');
}

/** The logger whose line says that the broker is ready, and warnings of all others. */
export const LOG4J_CONFIGURATION = `<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="ERROR">
  <Appenders>
    <Console name="stdout" target="SYSTEM_OUT"><PatternLayout pattern="%d{ISO8601} %p %c{1}: %m%n"/></Console>
  </Appenders>
  <Loggers>
    <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
    <Root level="WARN"><AppenderRef ref="stdout"/></Root>
  </Loggers>
</Configuration>
`;

export const READY_LINE = 'Kafka Server started';
