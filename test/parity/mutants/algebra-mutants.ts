/** Mutants of windows, cuts, the stream's writer and the aggregations, as they run in this process. */
import { mutants } from './mutant';

export const WINDOW_MUTANTS = mutants('algebra', 'memory', {
  'left edges are a hop late': [
    'boundaries.ts',
    'floorTo(tMs - edge.lengthMs - edge.originMs, edge.stepMs)',
    'floorTo(tMs - edge.lengthMs - edge.originMs, edge.stepMs) + edge.stepMs',
  ],
  'left edges are a hop early': [
    'boundaries.ts',
    'floorTo(tMs - edge.lengthMs - edge.originMs, edge.stepMs)',
    'floorTo(tMs - edge.lengthMs - edge.originMs, edge.stepMs) - edge.stepMs',
  ],
  'left edges are rounded up': [
    'boundaries.ts',
    'floorTo(tMs - edge.lengthMs - edge.originMs, edge.stepMs)',
    '-floorTo(-(tMs - edge.lengthMs - edge.originMs), edge.stepMs)',
  ],
  'the origin of tumbling windows is ignored': [
    'boundaries.ts',
    'window.originMs + floorTo(tMs - window.originMs, window.lengthMs)',
    'floorTo(tMs, window.lengthMs)',
  ],
  'tumbling windows end at t': [
    'window-edges.ts',
    'this.#tumbling === null ? tMs : tumblingEndAt(this.#tumbling, tMs)',
    'tMs',
  ],
  'windows are passed in the order of their lengths': [
    'window-edges.ts',
    'if (this.#sort()) this.#placeComponents();',
    '',
  ],
  'a segment at the left edge is left out of the stream': [
    'stream-rows.ts',
    'this.startOf(row - 1) >= edge',
    'this.startOf(row - 1) > edge',
  ],
  'a segment at the left edge is left out of the batch list': [
    'fold-lists.ts',
    'this.batch.startOf(batchFrom - 1) >= edge',
    'this.batch.startOf(batchFrom - 1) > edge',
  ],
  'an event at t is in the value at t': [
    'stream-rows.ts',
    'this.startOf(to - 1) >= tMs',
    'this.startOf(to - 1) > tMs',
  ],
});

export const CUT_MUTANTS = mutants('algebra', 'memory', {
  'T_b is ignored: the stream speaks of all time': [
    'stream-rows.ts',
    'while (from > 0 && this.startOf(from - 1) >= cutMs) from--;',
    'from = 0;',
  ],
  'the stream begins after T_b': [
    'stream-rows.ts',
    'this.startOf(from - 1) >= cutMs',
    'this.startOf(from - 1) > cutMs',
  ],
  'the cut is that of the marker, not that of the value': [
    'exactness.ts',
    'return { cutMs: batch.cutMs, readBatch: true };',
    'return { cutMs: context.batchMarker?.cutMs ?? batch.cutMs, readBatch: true };',
  ],
  'batch values are read past their horizon': [
    'exactness.ts',
    'context.tMs <= batch.goodUntilMs',
    'context.tMs <= batch.goodUntilMs + 3_600_000',
  ],
  'the horizon ends 1 ms early': [
    'exactness.ts',
    'tMs <= cutMs + view.batch.horizonMs',
    'tMs < cutMs + view.batch.horizonMs',
  ],
  'the marker speaks for an entity whose value is newer': [
    'exactness.ts',
    '(batch === null || batch.cutMs < marker.cutMs)',
    'batch === null',
  ],
  'progress as old as max_staleness is too old': [
    'exactness.ts',
    'context.tMs - context.progressMs > layout.source.maxStalenessMs',
    'context.tMs - context.progressMs >= layout.source.maxStalenessMs',
  ],
  'the retention of the stream is ignored': [
    'exactness.ts',
    'Math.max(completeSinceMs, tMs - (view.stream?.retentionMs ?? 0))',
    'completeSinceMs',
  ],
  'the beginning of the archive is ignored': [
    'exactness.ts',
    'Math.min(since, batchMarker.coverageBeginMs)',
    'Number.NEGATIVE_INFINITY',
  ],
  'a clock ahead of the server is trusted': [
    'exactness.ts',
    "if (context.tMs - context.serverClockMs > layout.source.maxClockSkewMs) return 'clock_skew';",
    '',
  ],
  'NOT_FOUND though a window is not known': [
    'fold.ts',
    'if (!found && known) this.#markNotFound(out);',
    'if (!found) this.#markNotFound(out);',
  ],
  'batch boundaries without the right edges of tumbling windows': [
    'boundaries.ts',
    "(window.kind === 'tumbling' ? window.lengthMs : 0)",
    '0',
  ],
  'batch boundaries for the clock of the run alone': [
    'boundaries.ts',
    'edgeAt(edge, cutMs + horizonMs)',
    'edgeAt(edge, qMs)',
  ],
  'the tick without the delay': [
    'boundaries.ts',
    'floorTo(tMs - schedule.delayMs, schedule.intervalMs)',
    'floorTo(tMs, schedule.intervalMs)',
  ],
  'a value of another tick is read': ['fold-lists.ts', 'readable && this.batch.cutMs === tickMs', 'readable'],
});

export const WRITER_MUTANTS = mutants('algebra', 'memory', {
  'rows are merged one hop too early': [
    'boundaries.ts',
    'edgeAt(edge, wMs) < startMs + hopMs',
    'edgeAt(edge, wMs) < startMs',
  ],
  'rows are dropped an hour too early': [
    'stream-list-compaction.ts',
    'endMs <= wMs - retentionOf(layout)',
    'endMs <= wMs - retentionOf(layout) + 3_600_000',
  ],
  "the writer drops by its own clock, which may be ahead of the readers'": [
    'stream-list-retention.ts',
    'wMs - layout.source.maxClockSkewMs',
    'wMs',
  ],
  'a record that comes again counts again': [
    'stream-list.ts',
    'return this.#fences.isApplied(source, epoch, partition, offset);',
    'return false;',
  ],
  'a fence keeps out the next record too': [
    'stream-list-fences.ts',
    'offset <= fence.offset',
    'offset <= fence.offset + 1',
  ],
  'copies of an event count': [
    'stream-list.ts',
    "if (identity !== 'new') return identity;",
    "if (identity === 'beyond_dedupe') return identity;",
  ],
  'an event older than the ids that are kept counts': [
    'stream-list-ids.ts',
    "? 'beyond_dedupe' : 'new'",
    "? 'new' : 'new'",
  ],
  "an event of the writer's very instant goes into an ordinary row": [
    'stream-list-placing.ts',
    'if (eventTimeMs >= wMs) return instantRow(rows, eventTimeMs);',
    'if (eventTimeMs > wMs) return instantRow(rows, eventTimeMs);',
  ],
  'an event is added to the row before its own': [
    'stream-list-placing.ts',
    'eventTimeMs < rows.endOf(at)) return at;',
    'eventTimeMs <= rows.endOf(at)) return at;',
  ],
  'a patch begins a row too late': [
    'stream-list.ts',
    'rows.changedFrom * this.layout.rowSize;',
    '(rows.changedFrom + 1) * this.layout.rowSize;',
  ],
});

export const INPUT_MUTANTS = mutants('algebra', 'memory', {
  'null counts': ['lane-inputs.ts', 'value !== null && (typeof value', '(typeof value'],
  'a filter that is null lets events in': [
    'lane-inputs.ts',
    'lane.filter.evaluate(row) !== true',
    'lane.filter.evaluate(row) === false',
  ],
  'the filter of the view is ignored': [
    'lane-inputs.ts',
    'if (filter !== null && filter.evaluate(row) !== true) return false;',
    '',
  ],
  'a null category counts': [
    'lane-inputs.ts',
    'this.taken[i] = this.categories[i] !== null;',
    "this.categories[i] ??= typeof this.categories[i] === 'string' ? '' : 0;",
  ],
  'integers beyond 2^53 are rounded': [
    'lane-inputs.ts',
    "typeof value === 'bigint' ? Number(value - BigInt(number)) : 0",
    '0',
  ],
});

export const AGGREGATION_MUTANTS = mutants('algebra', 'memory', {
  'first and last of merged segments are taken from the wrong end': [
    'accumulator.ts',
    'let order = sign * (time - (acc[slot] as number));',
    'let order = -sign * (time - (acc[slot] as number));\n    if (!Number.isFinite(acc[slot] as number)) order = 1;',
  ],
  'ties are decided by arrival': [
    'fixed-cells.ts',
    'order = compareWords(tie.high, tie.low, view.getUint32(at + 12, true), view.getUint32(at + 8, true));',
    'order = 0;',
  ],
  'the order of strings of one time is reversed': [
    'string-end-state.ts',
    'return this.#sign * order > 0 ?',
    'return this.#sign * order < 0 ?',
  ],
  'a list of first values keeps the later of equal ones': [
    'end-values-state.ts',
    'this.#order(this.#view, mine, view, other) >= 0',
    'this.#order(this.#view, mine, view, other) <= 0',
  ],
  'sums lose what rounding took off': ['accumulator.ts', 'low += high - (sum - part) + (x - part);', ''],
  'an integer sum of 2^53 passes for exact': [
    'number-recipe.ts',
    'Math.abs(value) >= MAX_EXACT_SUM',
    'Math.abs(value) >= 4 * MAX_EXACT_SUM',
  ],
  "Chan's term without the number of events": [
    'moment-folds.ts',
    '(delta * delta * n * count) / total',
    '(delta * delta * count) / total',
  ],
  'the sign of a term of the third moment': ['moment-folds.ts', 'share * -m2', 'share * m2'],
  'the sample variance is that of the population': [
    'fixed-emissions.ts',
    'feature.parameters.sample === 1 ? 1 : 0',
    '0',
  ],
  'noise is taken for variance': [
    'number-recipe.ts',
    'isNoise(n, acc[slot + 1] as number, m2) ? 0 : m2 / (n - less)',
    'm2 / (n - less)',
  ],
  'an older sum does not decay to the newer time': [
    'moment-folds.ts',
    'sum = decayed(sum, time - otherTime, halfLifeMs) + other;',
    'sum += other;',
  ],
  'a session goes on at exactly the gap': [
    'session-state.ts',
    '(firsts[from - 1] as number) - lastMs < this.#gapMs',
    '(firsts[from - 1] as number) - lastMs <= this.#gapMs',
  ],
  'a session is current at exactly the gap': [
    'session-state.ts',
    'tMs - (this.#lasts[0] as number) < this.#gapMs',
    'tMs - (this.#lasts[0] as number) <= this.#gapMs',
  ],
  'a map holds one key too many when states merge': [
    'category-state.ts',
    'table.entryAt(bytes, view, at + prefixBytes, length, this.#maxKeys)',
    'table.entryAt(bytes, view, at + prefixBytes, length, this.#maxKeys + 1)',
  ],
  'overflow is forgotten when states merge': [
    'category-state.ts',
    'if (bytes[from] === CATEGORY_MODE.overflow) {\n      this.#overflow = true;',
    'if (bytes[from] === CATEGORY_MODE.overflow) {',
  ],
  'equal counts are ranked by the larger key': [
    'category-state.ts',
    'keys.compare(b, a)',
    'keys.compare(a, b)',
  ],
  'negative numbers share buckets with positive ones': [
    'quantile-state.ts',
    'return x < 0 ? -bucket : bucket;',
    'return bucket;',
  ],
  'quantiles leave the range of the values': [
    'quantile-state.ts',
    'Math.min(this.#max, Math.max(this.#min, middleOf(bucket)))',
    'middleOf(bucket)',
  ],
  'a bound belongs to the bin below': [
    'histogram-state.ts',
    '(bounds[bin] as number) <= x',
    '(bounds[bin] as number) < x',
  ],
  'a set becomes registers one value late': [
    'distinct-state.ts',
    'if (this.#set.size > this.#exact) this.#toRegisters();',
    'if (this.#set.size > this.#exact + 1) this.#toRegisters();',
  ],
});
