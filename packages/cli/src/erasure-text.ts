/** The report of an erasure, for people: what was found and what is left, and what Kafka holds until when. */
import { formatInstant } from '@forebay/contract';
import type { Result } from '@forebay/jobs';
import type { Output } from './output';
import { readableDuration } from './readable';

type Report = Result<'erase'>;

export function erasureText(report: Report, output: Pick<Output, 'table'>): string {
  const {
    erasure,
    erased_at_ms: erasedAtMs,
    key_hash: keyHash,
    places,
    topics,
    duration_ms: durationMs,
  } = report;
  const found = places.filter(
    ({ found: rows, left, remark, store }) => rows > 0 || left > 0 || (store === 'file' && remark !== ''),
  );
  const parts = [
    `erasure ${erasure} at ${formatInstant(erasedAtMs)}, key hash ${keyHash}, in ${readableDuration(durationMs)}`,
    found.length === 0
      ? 'nothing was found of the entity'
      : output.table(
          ['where', 'what', 'found', 'left', 'remark'],
          found.map(({ store, place, found: rows, left, remark }) => [
            store,
            place,
            String(rows),
            String(left),
            remark,
          ]),
        ),
  ];
  if (topics.length > 0)
    parts.push(
      'Kafka still holds, and deletes by itself:',
      output.table(
        ['topic', 'partition', 'records', 'offsets', 'until', 'remark'],
        topics.map((held) => [
          held.topic,
          String(held.partition),
          held.records === 0 ? 'not known' : String(held.records),
          `${held.first_offset} … ${held.end_offset}`,
          held.is_kept_forever ? 'for ever' : formatInstant(held.until_ms),
          held.remark,
        ]),
      ),
    );
  return parts.join('\n\n');
}
