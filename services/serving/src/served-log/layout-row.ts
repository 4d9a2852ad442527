import type { MessageInput } from '@forebay/contract';
import { typeFromMessage } from '@forebay/definitions';
import type { RowBinaryWriter } from '@forebay/offline-store';
import type { ServicePlan } from '../plan/plan';

type Column = NonNullable<NonNullable<MessageInput<'Layout'>['columns']>[number]>;

/** Writes what the columns of a plan's rows are, in the order of SERVED_LAYOUTS_COLUMNS. */
export function writeLayoutRow(to: RowBinaryWriter, { layout }: ServicePlan): void {
  const columns = (layout.columns ?? []) as readonly Column[];
  const each = (write: (column: Column) => void) => {
    to.length(columns.length);
    columns.forEach(write);
  };
  let place = 0;
  to.string(layout.id);
  each(({ name = '' }) => to.string(name));
  each(({ name = '', type = '', vector_length = 0 }) =>
    to.string(typeFromMessage(String(type), vector_length, `column "${name}"`)),
  );
  each(({ view = '' }) => to.string(view));
  each(({ view_version = 0 }) => to.uint32(view_version));
  each(({ in_float64_block }) => to.uint16(in_float64_block === true ? ++place : 0));
}
