import { STATUS, type ViewOutput } from '@forebay/algebra';
import type { OnDemandFeature, OnDemandView, ScalarType } from '@forebay/definitions';
import { ComputedView } from './computed-view';
import type { AnsweringView } from './readable-view';

const TYPES: readonly ScalarType[] = ['int64', 'double', 'bool', 'string', 'timestamp'];

/** A view whose values a test sets. */
function stored(): AnsweringView {
  return {
    project: 'shop',
    label: 'stored@1',
    view: { name: 'stored', version: 1, features: TYPES.map((type) => ({ name: type, type })) },
    inFloat64Block: [true, true, true, false, true],
    output: {
      numbers: Float64Array.of(3, 0.5, 1, Number.NaN, 1_000),
      others: [null, null, null, 'text', null],
      statuses: new Uint8Array(TYPES.length).fill(STATUS.PRESENT),
      reason: null,
      allPresent: false,
      newestEventMs: Number.NaN,
    },
  };
}

const feature = (name: string, type: ScalarType, expression: string): OnDemandFeature => ({
  name,
  type,
  expression,
  description: '',
});

const view = (features: readonly OnDemandFeature[], inputs = TYPES): OnDemandView => ({
  id: 1,
  name: 'computed',
  version: 1,
  inputs: inputs.map((type) => ({
    column: `in_${type}`,
    feature: { view: 'stored', version: 1, feature: type },
    type,
  })),
  request: [{ name: 'given', type: 'double' }],
  features,
  metadata: { owner: '', description: '', tags: {} },
  fingerprint: '',
});

const FEATURES = [
  feature('plus', 'int64', 'in_int64 + 1'),
  feature('times', 'double', 'in_double * given'),
  feature('not', 'bool', '!in_bool'),
  feature('twice', 'string', 'in_string + in_string'),
  feature('when', 'timestamp', 'in_timestamp'),
  feature('fixed', 'int64', '7'),
];

const left = ({ numbers, others, statuses }: ViewOutput) =>
  [...statuses].map((status, i) => [others[i] ?? numbers[i], status]);

const present = (value: unknown) => [value, STATUS.PRESENT];
const degraded = (value: unknown) => [value, STATUS.DEGRADED];
const nothing = [Number.NaN, STATUS.NULL_VALUE];

function computed(from = stored()): ComputedView {
  return new ComputedView(
    'shop',
    view(FEATURES),
    [],
    TYPES.map((_, feature) => ({ from, feature })),
  );
}

test('features are computed from what other views left and from the row of the request', () => {
  const own = computed();
  own.compute([[2, 4]], [0], 1);
  expect(left(own.output)).toEqual([4, 2, 0, 'texttext', 1_000, 7].map(present));
  own.compute([[8]], [0], 1);
  expect(own.output.numbers[1]).toBe(4);
});

test('int64 and string features do not stand in the float64 block, and an int64 stays exact', () => {
  const from = stored();
  const own = computed(from);
  expect(own.inFloat64Block).toEqual([false, true, true, false, true, false]);
  from.output.numbers[0] = 2 ** 53 - 1;
  own.compute([[1]], [0], 0);
  expect(own.output.others[0]).toBe(2n ** 53n);
});

test('a null input, whatever its status, is null, and what is not null of it has a value', () => {
  const from = stored();
  from.output.numbers.fill(Number.NaN);
  from.output.others.fill(null);
  from.output.statuses.fill(STATUS.NOT_FOUND);
  const own = computed(from);
  own.compute([[null]], [0], 0);
  expect(left(own.output)).toEqual([nothing, nothing, nothing, nothing, nothing, present(7)]);
  expect(own.output.reason).toBeNull();
});

test('what reads a DEGRADED value is DEGRADED, with its reason and its view, and nothing else is', () => {
  const from = stored();
  const own = computed(from);
  const over = new ComputedView(
    'shop',
    view([feature('of', 'double', 'in_double')], ['double']),
    [],
    [{ from: own, feature: 1 }],
  );
  from.output.statuses[1] = STATUS.DEGRADED;
  from.output.reason = 'stale';
  own.compute([[2]], [0], 0);
  over.compute([[2]], [0], 0);
  expect(left(own.output)).toEqual([
    present(4),
    degraded(1),
    present(0),
    present('texttext'),
    present(1_000),
    present(7),
  ]);
  expect([own.output.reason, own.degradedBy]).toEqual(['stale', from]);
  expect(left(over.output)).toEqual([degraded(1)]);
  expect([over.output.reason, over.degradedBy]).toEqual(['stale', from]);
  from.output.statuses[1] = STATUS.PRESENT;
  own.compute([[2]], [0], 0);
  expect([own.output.reason, own.degradedBy]).toEqual([null, null]);
});
