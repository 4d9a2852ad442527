import type { FeatureDrift, StoredProfile, Thresholds } from '@forebay/profiles';

/** A profile, and if there is a baseline how far its features are from that. */
export interface Comparison {
  readonly current: StoredProfile;
  readonly baseline: StoredProfile | null;
  /** In the order of the current features; none without a baseline. */
  readonly drift: readonly FeatureDrift[];
  readonly thresholds: Thresholds;
}
