/** Of topics that hold the values of entities, where they are created: of each entity the last record stays. */
export const OUTPUT_TOPIC_CONFIG = {
  'cleanup.policy': 'compact',
  // what a consumer that is up to date reads is not thinned out under it
  'min.compaction.lag.ms': '60000',
  // the segment that is being written is never compacted
  'segment.ms': '3600000',
} as const satisfies Readonly<Record<string, string>>;
