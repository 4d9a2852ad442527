/** The reference of aggregations, in Markdown: docs/AGGREGATIONS.md. */
import {
  OPERATIONS,
  type OperationName,
  operationTraits,
  type ParameterListTraits,
  type ParameterTraits,
  type ScalarType,
} from '@forebay/definitions';
import { AGGREGATION_TEXTS, type AggregationText } from './aggregation-texts';
import { componentsOf } from './component-places';
import { fixedSize, variableSize } from './state-sizes';

const EMPTY = {
  zero: '0',
  null: 'null',
  empty_list: 'the empty list',
  zero_list: 'a list of zeros',
  empty_map: 'the empty map',
} as const satisfies Record<(typeof OPERATIONS)[OperationName]['empty'], string>;

const PREAMBLE = `# Aggregations

What each operation computes, over the events of one entity that pass the view's filter and the feature's and lie in the feature's window (see [SEMANTICS.md](SEMANTICS.md)). How features are declared is in
[DEFINITIONS.md](DEFINITIONS.md), and how states are stored in [CODEC.md](CODEC.md). This page is generated from the table of operations.

In formulas x is an event's input, T its event time, n the number of events that are taken, t the instant that is asked for. Where an operation has an input, only events in which it is not null are taken; NaN and ±∞ are null, −0.0 is 0.0.
Errors are those of a value against its formula in exact arithmetic, and so twice that between two paths; "none" means equal on all paths, bit for bit.

**State** is what one segment holds for one component, in bytes. Components are shared: features with equal input, filter and category (a *lane*) have one count of 8 bytes in a stream row (2, 4 or 8 in a batch segment), which is not listed again
below, and one component of each kind (of those with a parameter: one of each value). A row of the stream list has 16 bytes besides, a segment of the batch list 10 to 16. Windows share all of it.
`;

export function aggregationReference(): string {
  const names = Object.keys(OPERATIONS) as OperationName[];
  return [PREAMBLE, ...names.map(section)].join('\n');
}

function section(name: OperationName): string {
  const traits = operationTraits(name);
  const text: AggregationText = AGGREGATION_TEXTS[name];
  const rows = [
    ['formula', text.formula],
    ['input', inputText(name)],
    ['gives', resultText(name)],
    ['parameters', parametersText(name)],
    ['windows', traits.windows.join(', ')],
    ['over no events', EMPTY[traits.empty]],
    ['null', nullText(name, text)],
    ['ties', text.ties],
    ['error', text.error],
    ['state', stateText(name)],
  ];
  const table = rows.filter(([, cell]) => cell !== '').map(([title, cell]) => `| ${title} | ${cell} |`);
  return [`## \`${name}\``, '', text.meaning, '', '| | |', '|---|---|', ...table, ''].join('\n');
}

function inputText(name: OperationName): string {
  const { input, inputTypes, by } = operationTraits(name);
  const types = inputTypes.join(', ');
  const category = by ? '; and a category: bool, int32, int64, string, timestamp' : '';
  return `${input === 'optional' ? 'none, or ' : ''}${types}${category}`;
}

/** The type of the feature, with the inputs that it has it for where it depends on them. */
function resultText(name: OperationName): string {
  const { inputTypes, by, result } = operationTraits(name);
  const inputs = new Map<string, ScalarType[]>();
  for (const input of inputTypes) {
    const types = by ? [result(input, 'int64'), result(input, 'string')] : [result(input, null)];
    const key = types.map((type) => `\`${type}\``).join(' or ');
    inputs.set(key, [...(inputs.get(key) ?? []), input]);
  }
  const types = [...inputs.keys()];
  const ofEach = (form: (input: string) => string) =>
    types.every((type) => type === `\`${form(inputs.get(type)?.join() ?? '')}\``);
  const byKey = by ? ' by the type of the category' : '';
  if (types.length === 1) return `${types[0]}${byKey}`;
  if (ofEach((input) => input)) return 'the type of the input';
  if (ofEach((input) => `list<${input}>`)) return 'a list of the type of the input';
  return types.map((type) => `${type}${byKey} (of ${inputs.get(type)?.join(', ')})`).join('; ');
}

function nullText(name: OperationName, { nulls }: AggregationText): string {
  const { input } = operationTraits(name);
  const skipped = input === 'optional' ? 'skipped; without an input every row counts' : 'skipped';
  return nulls === undefined ? skipped : `skipped; ${nulls}`;
}

function parametersText(name: OperationName): string {
  const { parameters, list } = operationTraits(name);
  const single = Object.entries(parameters).map(([each, traits]) => parameterText(each, traits));
  return [...single, ...(list === undefined ? [] : [listText(list)])].join('; ');
}

function parameterText(name: string, { min, max, default: byDefault, fraction }: ParameterTraits): string {
  const what = fraction ? 'a number' : 'a whole number';
  const otherwise = byDefault === null ? 'required' : `${grouped(byDefault)} if left out`;
  return `\`${name}\`, ${what} from ${grouped(min)} to ${grouped(max)}, ${otherwise}`;
}

function listText({ name, min, max, most, ascending }: ParameterListTraits): string {
  const range = max === Number.MAX_VALUE ? 'finite numbers' : `numbers from ${min} to ${max}`;
  return `\`${name}0\`, \`${name}1\` …: 1 to ${most} ${range}${ascending ? ', ascending' : ''}`;
}

const grouped = (number: number) => number.toLocaleString('en-US');

/** Of the components besides the count, which every lane has. */
function stateText(name: OperationName): string {
  const sizes = new Set<string>();
  for (const cell of ['float64', 'string'] as const) {
    if (cell === 'string' && !operationTraits(name).inputTypes.includes('string')) continue;
    const { fixed, variable } = componentsOf(name, cell);
    if (fixed !== undefined) sizes.add(fixedSize(fixed));
    if (variable !== undefined) sizes.add(variableSize(variable));
  }
  const [first = "the lane's count alone", ofStrings] = sizes;
  return ofStrings === undefined ? first : `${first}; of strings ${ofStrings}`;
}
