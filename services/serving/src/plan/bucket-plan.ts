import { MAX_KEYS_PER_MGET } from '@forebay/online-store';
import type { PlannedView, ServicePlan } from './plan';
import { PlanClocks } from './plan-clocks';
import { memoized } from './view-keys';

/** The views of a plan that are stored under the same entity key: of a row they are in one bucket, and are read together. */
export class ViewGroup {
  readonly views: readonly PlannedView[];
  /** By index in the plan: which of `views` it is, and where its parts begin among those of a row. */
  readonly positions: readonly number[];
  readonly partsAt: readonly number[];
  readonly keysPerRow: number;
  readonly rowsPerRead: number;
  /** Progress and markers in a bucket. */
  readonly clocksIn: (bucket: number) => PlanClocks;

  constructor(
    plan: ServicePlan,
    readonly entityKey: number,
  ) {
    this.views = plan.views.filter((view) => view.entityKey === entityKey);
    const positions: number[] = [];
    const partsAt: number[] = [];
    let parts = 0;
    for (const [i, { index, readable }] of this.views.entries()) {
      positions[index] = i;
      partsAt[index] = parts;
      parts += readable.partPrefixes.length;
    }
    this.positions = positions;
    this.partsAt = partsAt;
    this.keysPerRow = parts;
    this.clocksIn = memoized((bucket) => clocksIn(bucket, this.views));
    const { keyCount } = this.clocksIn(0);
    this.rowsPerRead = Math.max(1, Math.floor((MAX_KEYS_PER_MGET - keyCount) / Math.max(1, parts)));
  }
}

function clocksIn(bucket: number, views: readonly PlannedView[]): PlanClocks {
  const keys = views.map(({ readable }) => readable.keysIn(bucket).progressKey);
  const distinct = [...new Set(keys)].filter((key) => key !== null);
  const clocked = views.map(({ readable }, i) => ({ readable, progress: distinct.indexOf(keys[i] ?? '') }));
  return new PlanClocks(
    distinct.map((key) => Buffer.from(key)),
    clocked,
    bucket,
  );
}

const groups = new WeakMap<ServicePlan, readonly ViewGroup[]>();

/** Made when the plan is first read from a cluster. */
export function viewGroupsOf(plan: ServicePlan): readonly ViewGroup[] {
  const known = groups.get(plan);
  if (known !== undefined) return known;
  const made = plan.entityKeys.map((_, entityKey) => new ViewGroup(plan, entityKey));
  groups.set(plan, made);
  return made;
}
