/** Named places of the loop at which this process can be made to end at once: `npm run faults` proves that recovery is right from each. */
import { type ArmedFault, FaultPoints } from '@forebay/service-kit';

/** What has happened when a point is passed, in the order of the loop. */
export const FAULT_POINTS = {
  assigning: 'partitions are assigned, and nothing was asked about them',
  'checkpoints-read': 'it is known where to begin, and no marker is written',
  'views-marked': 'markers are written, and the first checkpoints are not',
  'start-points-found': 'markers and checkpoints stand, and reading has not begun',
  'chunk-decoded': 'records are decoded, and nothing was done with them',
  'pairs-made': 'records have completed pairs or sequences, of which none is in memory',
  'dead-letters-sent': 'what is no event stands in the dead letters, and the rest is not applied',
  'fields-looked-up': 'fields of events are looked up, and stored nowhere',
  'entities-loading': 'values that memory misses are being asked for',
  'chunk-applied': 'events are in memory, and not with the archiver',
  'fields-archived': 'what was looked up is archived, and no value that was made with it is stored',
  'flush-begun': 'the values to be written are chosen, and none is sent',
  'values-sent': 'values are on their way to the store, and no answer is known',
  'values-half-stored': 'half of the values of a flush are stored',
  'values-stored': 'all values of a flush are stored, and the checkpoint is not',
  'checkpoint-sent': 'the checkpoint is on its way to the store, and no answer is known',
  'checkpoint-stored': 'the checkpoint is stored; neither progress nor offsets are told',
  'progress-told': 'progress is told',
  'outputs-read': 'values of changed entities are read for their output topic, and none is sent',
  'outputs-sent': 'records are on their way to an output topic, and no answer is known',
  'outputs-written': 'records are in an output topic, and its position is not moved',
  'output-position-stored': 'the position of an output topic is stored',
  'archive-inserting': 'a block is on its way to the archive',
  'archive-inserted': 'a block is in the archive, and its offsets are not recorded',
  'archive-marked': 'a block is in the archive, and its offsets are recorded',
  'conflict-found': 'others have written values in between, which are not yet read',
  'copies-made': 'records of a topic that is re-keyed are read, and none is copied',
  'copies-stored': 'records of a topic that is re-keyed are copied, and the group does not know that',
  recovering: 'memory is dropped after trouble with the store, and the checkpoint is not read',
  recovered: 'after trouble with the store it is known where to begin again, and reading has not gone back',
} as const satisfies Record<string, string>;

export type FaultPoint = keyof typeof FAULT_POINTS;

const points = new FaultPoints(FAULT_POINTS);

export const armFaultOf = points.armOf.bind(points);

export function parseFault(text: string): ArmedFault<FaultPoint> {
  return points.parse(text);
}

export function armFault(fault: ArmedFault<FaultPoint> | null): void {
  points.arm(fault);
}

/** The process ends here if it was told to. */
export function faultPoint(point: FaultPoint): void {
  points.pass(point);
}

/** Likewise a moment later, when what was just sent is under way. */
export function faultPointOnceSent(point: FaultPoint): void {
  points.passOnceSent(point);
}

/** Passes the point; true: it is for the caller to bring about what the point says, and then to end the process. */
export function isFaultPass(point: FaultPoint): boolean {
  return points.isPass(point);
}
