import { kafkaClassPath } from './kafka-jars';
import { redisProgram } from './redis-program';

/** The programs of one stack, each found or downloaded when it is first asked for, and only once. */
export class Programs {
  readonly #toolsDir: string;
  readonly #log: (message: string) => void;
  #kafka: Promise<string> | null = null;
  #redis: Promise<string> | null = null;

  constructor(toolsDir: string, log: (message: string) => void) {
    this.#toolsDir = toolsDir;
    this.#log = log;
  }

  /** A Java class path. */
  kafka(): Promise<string> {
    this.#kafka ??= kafkaClassPath(this.#toolsDir, this.#log);
    return this.#kafka;
  }

  /** The path of a program. */
  redis(): Promise<string> {
    this.#redis ??= redisProgram(this.#toolsDir, this.#log);
    return this.#redis;
  }
}
