export {
  counterpartOf,
  DEFAULT_THRESHOLDS,
  DISTANCES,
  type Distance,
  type DriftState,
  type FeatureDrift,
  profileDrift,
  type Thresholds,
} from './drift/feature-drift';
export { shortNumber } from './drift/partition';
export { shareUpTo } from './drift/step-function';
export {
  type Distribution,
  type FeatureProfile,
  type NumericDistribution,
  QUANTILE_LEVELS,
  valuesOf,
} from './feature-profile';
export { checkSource, checkView } from './quality/check-quality';
export type { Outcome, QualityResult } from './quality/quality-outcome';
export { checkText } from './quality/rule-sql';
export { newestQuality, type StoredQualityResult, storeQuality } from './quality/stored-quality';
export { profileFile } from './sample/file-sample';
export { type Instants, instantsOf } from './sample/instants';
export { profileRecomputed, type SampleProfile } from './sample/recomputed-sample';
export { profileServed } from './sample/served-sample';
export {
  finishProfile,
  type ProfileHead,
  readProfile,
  type Sample,
  type StoredProfile,
  storeDrift,
  storeProfile,
} from './stored-profiles';
