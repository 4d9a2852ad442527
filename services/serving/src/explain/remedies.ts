import type { DegradedReason } from '@forebay/algebra';

/** What an operator does about a DEGRADED value. */
export const REMEDIES = {
  no_progress:
    'start the stream service for the source, or look at its log: it has told of no progress for every partition',
  stale:
    'look at the lag and the log of the stream service (forebay status); add consumers if it cannot keep up, or raise max_staleness if this is fine',
  clock_skew: 'set the clocks of the servers right (NTP): the writer of these values is ahead of this server',
  no_marker: 'start the stream service: it writes the marker when it first runs for the view',
  unreadable:
    'a key below says which bytes cannot be read: deploy readers before writers when a format is new; else rebuild the view (forebay materialize), and look for what else writes into this Redis',
  torn: 'mostly a write in progress, and gone at the next read; if it stays, a part was evicted or lost: rebuild the view',
  straddling:
    'the value was written under other windows; it heals when its segments are compacted, or rebuild the view',
  incomplete:
    'run forebay materialize for the view (or look why its runs do not finish: forebay status); until then only what the stream has seen is counted',
  overflow:
    'raise max_keys of the feature (a new version of the view), or aggregate by something with fewer categories',
  inexact: 'the nearest double is given; sum a smaller unit, or take it as it is',
} as const satisfies Record<DegradedReason, string>;
