/**
 * The id that a topic got when it was created: a topic of the same name that is made later has another one. The client library
 * speaks no version of Metadata that has it, so this asks by itself: one request, one answer (KIP-516, Metadata version 12,
 * https://kafka.apache.org/protocol#The_Messages_Metadata).
 */
import { ForebayError } from '@forebay/contract';
import { ConnectionEnded, exchangeOnce } from './broker-exchange';
import type { BrokerSecurity } from './broker-security';
import { type CompactReader, compactReader, compactWriter } from './compact-protocol';

const METADATA = 3;
/** Of brokers since 2.8. */
const VERSION = 12;
const CORRELATION = 1;
const NO_ID = Buffer.alloc(16);

export interface TopicIdQuestion {
  readonly brokers: readonly string[];
  readonly security: BrokerSecurity;
  readonly clientId: string;
  readonly topic: string;
  readonly timeoutMs: number;
}

/**
 * In hexadecimal; null: there is no such topic, or the brokers are too old to tell. Asks one broker after another.
 * @throws ForebayError `unavailable` when none of them answers.
 */
export async function fetchTopicId(question: TopicIdQuestion): Promise<string | null> {
  const request = encodeRequest(question);
  const { security, timeoutMs } = question;
  let failure: unknown = null;
  for (const broker of question.brokers) {
    try {
      return topicIdIn(await exchangeOnce({ broker, security, timeoutMs }, request));
    } catch (thrown) {
      if (thrown instanceof ConnectionEnded) return null;
      failure = thrown;
    }
  }
  const at = question.brokers.join(',');
  throw new ForebayError('unavailable', `asking ${at} for the id of topic "${question.topic}": ${failure}`);
}

export function encodeRequest({ clientId, topic }: Pick<TopicIdQuestion, 'clientId' | 'topic'>): Buffer {
  const body = compactWriter();
  body.int16(METADATA).int16(VERSION).int32(CORRELATION).string(clientId).noTags();
  body.arrayOf(1).raw(NO_ID).compactString(topic).noTags();
  // neither create the topic, nor tell what is allowed
  body.bool(false).bool(false).noTags();
  return body.framed();
}

/** Of the only topic that was asked for. `answer`: what follows its size. */
export function topicIdIn(answer: Buffer): string | null {
  const read = compactReader(answer);
  if (read.int32() !== CORRELATION) throw new ForebayError('internal', 'the answer is to another request');
  read.skipTags();
  read.int32(); // throttled for so long
  for (let brokers = read.arrayLength(); brokers > 0; brokers--) skipBroker(read);
  read.compactString(); // of the cluster
  read.int32(); // the controller
  if (read.arrayLength() < 1) return null;
  if (read.int16() !== 0) return null;
  read.compactString();
  const id = read.raw(NO_ID.length);
  return id.equals(NO_ID) ? null : id.toString('hex');
}

function skipBroker(read: CompactReader): void {
  read.int32();
  read.compactString();
  read.int32();
  read.compactString();
  read.skipTags();
}
