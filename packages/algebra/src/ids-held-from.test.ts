import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { compileProject, eventSource, project } from '@forebay/definitions';
import { idsHeldFrom } from './ids-held-from';

const NOW = Date.UTC(2026, 0, 15, 12);
const orders = eventSource({
  name: 'orders',
  topic: 'orders',
  fields: { time: 'timestamp', id: 'int64' },
  eventTime: 'time',
  eventId: 'id',
  maxClockSkew: '5m',
});
const [declared] = compileProject(project({ name: 'shops', eventSources: [orders] })).eventSources;
const source = { ...declared!, dedupeMs: 2 * HOUR_MS };
const progress = (...instantsMs: number[]) => ({ epoch: 3, instantsMs: Float64Array.from(instantsMs) });

test('ids are held from the dedupe horizon before the progress of the partition that is furthest behind', () => {
  expect(idsHeldFrom(source, progress(NOW, NOW - HOUR_MS), 3)).toBe(NOW - 3 * HOUR_MS - 5 * MINUTE_MS);
});

test('all ids are held while the progress of any partition is not known, or is of a topic that is gone', () => {
  for (const unknown of [null, progress(), progress(NOW, 0)])
    expect(idsHeldFrom(source, unknown, 3)).toBe(Number.NEGATIVE_INFINITY);
  expect(idsHeldFrom(source, progress(NOW), 4)).toBe(Number.NEGATIVE_INFINITY);
});
