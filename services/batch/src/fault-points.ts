/** Named places of a run at which this process can be made to end at once: `npm run faults` proves that runs go on rightly from each. */
import { FaultPoints } from '@forebay/service-kit';

/** What has happened when a point is passed, in the order of a run. */
export const FAULT_POINTS = {
  'run-planned': 'what the run does is decided, and not kept with the job',
  'slice-staged': 'a slice of history is staged, and that is not recorded',
  'values-half-written': 'some values of a chunk are written',
  'values-written': 'all values of a chunk are written, and it has no receipt',
  'receipts-written': 'a chunk has its receipts, and nobody knows that it is done',
  'marker-moved': 'the marker is moved, and the job has not ended',
  'file-written': 'a file of a training set is written, and not where it will be',
  'manifest-written': 'the manifest of a training set is written, and the job has not ended',
} as const satisfies Record<string, string>;

export type FaultPoint = keyof typeof FAULT_POINTS;

const points = new FaultPoints(FAULT_POINTS);

export const armFaultOf = points.armOf.bind(points);

/** The process ends here if it was told to. */
export function faultPoint(point: FaultPoint): void {
  points.pass(point);
}
