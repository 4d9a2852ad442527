/** The order of test files: those that take longest first, so that no worker is left alone with one at the end. */
const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Files that take more than half a minute, the longest first; what stands here and is gone does no harm. */
const LONGEST = [
  'store-away',
  'rebuild',
  'faults',
  'outputs',
  'rekeying',
  'model-server',
  'expressions',
  'short-faults',
  'enrichment',
  'pairs',
  'backfill',
  'erase',
  'cli-definitions',
  'event-log-consumer',
  'dead-letters',
  'feast-clients',
  'event-log-faults',
  'cluster',
  'demo',
  'serving-rolling-restart',
  'stream-metrics',
  'duplicates',
  'python-client',
  'cli-payments',
  'local-stack',
  'cli-tables',
];

class LongestFirst extends Sequencer {
  sort(tests) {
    const placeOf = ({ path }) => {
      const place = LONGEST.indexOf(basename(path, '.test.ts'));
      return place < 0 ? LONGEST.length : place;
    };
    return [...tests].sort((a, b) => placeOf(a) - placeOf(b) || a.path.localeCompare(b.path));
  }
}

module.exports = LongestFirst;
