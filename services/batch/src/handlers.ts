/** What each kind of job does. */
import type { JobHandlers } from '@forebay/jobs';
import { BackfillHandler } from './backfill/backfill-handler';
import { type EraseDependencies, EraseHandler } from './erase/erase-handler';
import { MaterializeHandler } from './materialize-handler';
import { type ProfileDependencies, ProfileHandler } from './profile/profile-handler';
import type { QualityDependencies } from './quality/check-before-run';
import { type RebuildDependencies, RebuildHandler } from './rebuild-handler';
import { type RetireDependencies, RetireHandler } from './retire/retire-handler';
import type { SegmentsDependencies } from './segments-run';
import { type TrainingSetDependencies, TrainingSetHandler } from './training-set/training-set-handler';
import { VerifyHandler, type VerifyHandlerDependencies } from './verify/verify-handler';
import { VerifyServedHandler } from './verify/verify-served-handler';

export type HandlerDependencies = SegmentsDependencies &
  RebuildDependencies &
  VerifyHandlerDependencies &
  ProfileDependencies &
  EraseDependencies &
  TrainingSetDependencies &
  RetireDependencies &
  QualityDependencies;

export function jobHandlers(dependencies: HandlerDependencies): JobHandlers {
  return {
    materialize: new MaterializeHandler(dependencies),
    backfill: new BackfillHandler(dependencies),
    rebuild: new RebuildHandler(dependencies),
    training_set: new TrainingSetHandler(dependencies),
    verify: new VerifyHandler(dependencies),
    verify_served: new VerifyServedHandler(dependencies),
    profile: new ProfileHandler(dependencies),
    erase: new EraseHandler(dependencies),
    retire: new RetireHandler(dependencies),
  };
}
