/** What the processes that read the backlog are told, and what they tell. */

export interface ReadingOrder {
  readonly brokers: string;
  readonly topic: string;
  /** Of the consumer group, which reads from the beginning. */
  readonly name: string;
  /** The events after the first `from`, up to the first `to` ones, are measured. */
  readonly from: number;
  readonly to: number;
}

export interface Consumed {
  readonly events: number;
  /** User and system time of the process while it read them. */
  readonly cpuUs: number;
}
