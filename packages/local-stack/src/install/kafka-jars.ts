import { mavenJars } from './maven-jars';

export const KAFKA_VERSION = '4.3.1';
const SCALA_VERSION = '2.13';
/** Without a logging binding Kafka logs nothing at all. */
const LOG4J_VERSION = '2.25.4';

/** Kafka's jars as a Java class path; downloaded the first time (about 45 MB). */
export function kafkaClassPath(toolsDir: string, log: (message: string) => void): Promise<string> {
  return mavenJars({
    toolsDir,
    name: `kafka-${KAFKA_VERSION}`,
    artifacts: [
      `org.apache.kafka:kafka_${SCALA_VERSION}:${KAFKA_VERSION}`,
      `org.apache.logging.log4j:log4j-slf4j-impl:${LOG4J_VERSION}`,
    ],
    log,
  });
}
