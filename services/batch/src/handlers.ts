/** What each kind of job does. */
import type { JobHandlers } from '@forebay/jobs';
import { MaterializeHandler } from './materialize-handler';
import { type RebuildDependencies, RebuildHandler } from './rebuild-handler';
import type { SegmentsDependencies } from './segments-run';
import { TrainingSetHandler } from './training-set/training-set-handler';
import { VerifyHandler, type VerifyHandlerDependencies } from './verify/verify-handler';

export type HandlerDependencies = SegmentsDependencies & RebuildDependencies & VerifyHandlerDependencies;

export function jobHandlers(dependencies: HandlerDependencies): JobHandlers {
  return {
    materialize: new MaterializeHandler(dependencies),
    rebuild: new RebuildHandler(dependencies),
    training_set: new TrainingSetHandler(dependencies),
    verify: new VerifyHandler(dependencies),
  };
}
