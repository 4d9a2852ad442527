import { compileView } from '@forebay/algebra';
import { HOUR_MS } from '@forebay/contract';
import { source, view } from './orders.fixture';
import { segmentSql } from './segments-sql';

/** What is stored depends on every word of it: a change here is one to look at, and to prove with the tests against a server. */
test('the statement of a small view is the one that was looked at', () => {
  const cutMs = Date.UTC(2024, 0, 31, 12);
  const run = { qMs: cutMs + HOUR_MS + 1, cutMs, finishedLoads: [1, 2] };
  expect(segmentSql(compileView(view, source), run, { chunk: 1, chunks: 4 })).toMatchSnapshot();
});
