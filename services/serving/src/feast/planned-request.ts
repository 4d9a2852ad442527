import { ForebayError } from '@forebay/contract';
import type { PlannedRequest } from '../answer/get-online-features';
import type { ServicePlan } from '../plan/plan';
import type { JoinKey } from '../plan/plan-keys';
import type { KeyColumn, RequestColumn } from '../request/online-features-request';
import { dataColumn, unknownDataColumn } from './data-columns';
import { keyColumn, unknownKeyColumn } from './key-columns';
import type { FeastRequest, GivenColumn } from './request';

export interface PlannedFeastRequest {
  readonly native: PlannedRequest;
  /** The join keys as they were given, in their order, which the answer begins with. */
  readonly echoed: readonly GivenColumn[];
}

/**
 * The native request of a Feast request. Feast's clients give join keys and fields of the request in one map or in two, and
 * some give a column in both: where it stands makes no difference, and twice it must be the same.
 * Throws `invalid_request` that names the column; what is unknown or missing is refused by the native checks.
 */
export function plannedFeastRequest(plan: ServicePlan, request: FeastRequest): PlannedFeastRequest {
  const keys: KeyColumn[] = [];
  const data: RequestColumn[] = [];
  const echoed: GivenColumn[] = [];
  const inEntities = new Map<string, GivenColumn>();
  for (const column of request.entities) inEntities.set(column.name, column);
  for (const column of [...inEntities.values(), ...request.requestContext]) {
    const { name } = column;
    const entity = inEntities.get(name);
    if (entity !== undefined && entity !== column) {
      refuseOther(entity, column);
      continue;
    }
    const joinKey = joinKeyOf(plan, name);
    const field = plan.request.find((candidate) => candidate.name === name);
    if (joinKey !== undefined) {
      keys.push(keyColumn(joinKey, column));
      echoed.push({ ...column, name: joinKey.name });
    } else if (field !== undefined) data.push(dataColumn(field, column));
    else if (entity !== undefined) keys.push(unknownKeyColumn(column));
    else data.push(unknownDataColumn(column));
  }
  return { native: { keys, data, includeLayout: false, includeNewestEvents: true }, echoed };
}

/** By its name, or as Feast allows it still by that of an entity which has no other join key. */
function joinKeyOf(plan: ServicePlan, name: string): JoinKey | undefined {
  const named = plan.joinKeys.find((key) => key.name === name);
  if (named !== undefined || plan.request.some((field) => field.name === name)) return named;
  const entity = plan.views.find(({ readable }) => readable.entity.name === name)?.readable.entity;
  if (entity === undefined || entity.joinKeys.length !== 1) return undefined;
  return plan.joinKeys.find((key) => key.name === entity.joinKeys[0]?.name);
}

function refuseOther(entity: GivenColumn, context: GivenColumn): void {
  const { name, values } = entity;
  const isSame =
    values.length === context.values.length &&
    values.every(({ value }, row) => value === context.values[row]?.value);
  if (isSame) return;
  throw new ForebayError(
    'invalid_request',
    `"${name}" stands in the entities and in the request context, with other values: give it once`,
  );
}
