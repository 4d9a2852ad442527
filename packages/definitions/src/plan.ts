import { ForebayError } from '@forebay/contract';
import type { ViewKind } from './view';

export type DefinitionKind =
  | 'entity'
  | 'event source'
  | 'table source'
  | ViewKind
  | 'function'
  | 'feature service';

export interface Change {
  readonly kind: 'added' | 'removed' | 'changed' | 'unchanged';
  readonly what: DefinitionKind;
  /** Of views and feature services `name@version`. */
  readonly name: string;
  /** One line for each difference. */
  readonly details: readonly string[];
  /** Why it cannot be applied, and what to do. */
  readonly refused?: string;
  /** Whether applying it makes stored values unreachable. */
  readonly destructive?: boolean;
}

/** What apply and the first runs after it will do. */
export interface PlannedWork {
  /** Archive tables to create. */
  readonly tables: readonly string[];
  /** Topics to create where they do not exist. */
  readonly topics: readonly { readonly topic: string; readonly partitions: number }[];
  /** Columns to add to archive tables. */
  readonly columns: readonly { readonly table: string; readonly column: string; readonly type: string }[];
  /** Views, as `name@version`, that have no batch or scheduled values before they are materialized. */
  readonly materialize: readonly string[];
}

export interface Plan {
  readonly project: string;
  readonly changes: readonly Change[];
  readonly work: PlannedWork;
}

export function hasChanges(plan: Plan): boolean {
  return plan.changes.some((change) => change.kind !== 'unchanged');
}

/**
 * Throws `invalid_definition` if a change is refused, and `destructive_change` if one is destructive and that was not
 * allowed; each lists all such changes.
 */
export function assertApplicable(plan: Plan, options: { readonly allowDestructive: boolean }): void {
  const refused = plan.changes.filter((change) => change.refused !== undefined);
  if (refused.length > 0) {
    const lines = refused
      .map((change) => `\n  - ${change.what} "${change.name}": ${change.refused}`)
      .join('');
    throw new ForebayError('invalid_definition', `project "${plan.project}": refused${lines}`);
  }
  const destructive = plan.changes.filter((change) => change.destructive === true);
  if (destructive.length > 0 && !options.allowDestructive) {
    const lines = destructive
      .map((change) => `\n  - ${change.what} "${change.name}" is ${change.kind}`)
      .join('');
    throw new ForebayError(
      'destructive_change',
      `project "${plan.project}": nothing is applied, as these changes are destructive and that was not allowed${lines}`,
    );
  }
}
