/** An on-demand feature: its expression, and the values of what it reads. */
import type { ItemLimit, OtherValue } from '@forebay/algebra';
import { readableValue } from '@forebay/algebra';
import type { MessageInput } from '@forebay/contract';
import type { ComputedInput, ComputedView } from '../plan/computed-view';
import type { AnsweringView } from '../plan/readable-view';
import { answeredValue } from './answered-value';
import type { FeatureExplanation } from './explanation';
import { columnsIn, withValues } from './expression-text';

type Input = MessageInput<'ExplainedInput'>;

/** @param explain explains an input in its turn; null: not */
export function explainExpression(
  computed: ComputedView,
  feature: number,
  given: ReadonlyMap<string, { readonly from: 'request' | 'key'; readonly value: unknown }>,
  limit: ItemLimit,
  explain: (from: AnsweringView, feature: number) => FeatureExplanation | null,
): MessageInput<'ExplainedExpression'> {
  const { view } = computed;
  const { expression = '' } = view.features[feature] ?? {};
  const before = view.features.slice(0, feature);
  const columns = new Set([
    ...view.inputs.map(({ column }) => column),
    ...view.request.map(({ name }) => name),
    ...before.map(({ name }) => name),
  ]);
  const featureInput = (column: string, from: AnsweringView, index: number): Input => ({
    column,
    from: 'feature',
    value_json: JSON.stringify(answeredValue(from, index, limit)),
    reference: `${from.label}:${from.view.features[index]?.name}`,
    explanation: explain(from, index),
  });
  const inputs = columnsIn(expression, columns).map((column): Input => {
    const input = view.inputs.findIndex((one) => one.column === column);
    if (input >= 0) {
      const { from, feature: index } = computed.inputs[input] as ComputedInput;
      return featureInput(column, from, index);
    }
    const earlier = before.findIndex(({ name }) => name === column);
    if (earlier >= 0) return featureInput(column, computed, earlier);
    const { from, value } = given.get(column) ?? { from: 'request', value: null };
    return { column, from, value_json: JSON.stringify(readableGiven(value, limit)) };
  });
  const values = new Map(inputs.map(({ column = '', value_json = '' }) => [column, value_json]));
  return { expression, with_values: withValues(expression, values), inputs };
}

function readableGiven(value: unknown, limit: ItemLimit) {
  return typeof value === 'boolean' ? value : readableValue(value as OtherValue | null, limit);
}
