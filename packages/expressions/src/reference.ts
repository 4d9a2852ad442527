import { FUNCTION_GROUPS, type FunctionSpec } from './function-spec';
import { FUNCTIONS } from './function-table';
import { MAX_DEPTH, MAX_EXPRESSION_LENGTH, MAX_HASH_BUCKETS, MAX_LIST_ITEMS } from './limits';
import { describeSignature, displayName } from './signature-text';

const GROUP_NOTES: Readonly<Record<(typeof FUNCTION_GROUPS)[number], string>> = {
  Logic: 'Conditions are three-valued; a filter keeps an event only where it is true.',
  Comparison: 'Null if either side is null, except in a null test.',
  Arithmetic:
    'Ints are exact; a result that is not an int64 is null. A double that is NaN or infinite is null.',
  Mathematics:
    'An int is widened to a double where a double is wanted. `cbrt`, `exp`, `log`, `log10`, `log1p`, `log2` and `pow` agree between the stream and ClickHouse within a relative 1e-12; round them before you compare, hash or bucket them.',
  Trigonometry:
    'All but `radians` and `degrees` agree between the stream and ClickHouse within a relative 1e-12; round them before you compare, hash or bucket them.',
  Statistics:
    '`sigmoid` agrees between the stream and ClickHouse within a relative 1e-12; the others are equal.',
  Geography:
    '`geo_distance` agrees between the stream and ClickHouse within a relative 1e-12; geohashes are equal.',
  Text: 'Strings are valid Unicode; positions and sizes count code points.',
  Time: 'A timestamp has milliseconds; a duration is an int of milliseconds. Zones are IANA names. With UTC the calendar begins in 1900, with any other zone in 1970, because the time-zone data of Node.js and of ClickHouse disagree about earlier times; it ends with 2299-12-30 (UTC). The data of both should be of about the same year.',
  Conversion: 'A text that is not exactly in the form is null, never a guess.',
  Hashing: `At most ${MAX_HASH_BUCKETS.toLocaleString('en-US')} buckets. ClickHouse's \`xxHash64\` gives the same bits.`,
};

/** The reference of the expression language, in Markdown: `docs/EXPRESSIONS.md`. */
export function expressionReference(): string {
  const groups = FUNCTION_GROUPS.map((group) => {
    const entries: [string, FunctionSpec][] = Object.entries(FUNCTIONS).filter(
      ([, spec]) => spec.group === group,
    );
    const rows = entries.map(([name, spec]) => tableRow(name, spec));
    return [
      `## ${group}`,
      '',
      GROUP_NOTES[group],
      '',
      '| | takes | gives | meaning | example |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ];
  });
  return [PREAMBLE, ...groups.flat()].join('\n');
}

function tableRow(name: string, spec: FunctionSpec): string {
  const results = spec.signatures.map(({ result }) => result);
  const takes = spec.signatures.map((signature) => code(describeSignature(name, signature))).join('<br>');
  const gives = new Set(results).size === 1 ? results[0] : results.join('<br>');
  return `| ${code(displayName(name))} | ${takes} | ${gives} | ${spec.doc} | ${code(spec.example)} |`;
}

/** Code in a table cell, where a bar must be escaped. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

const PREAMBLE = `# Expressions

Filters, inputs and derived columns are written in CEL, the Common Expression Language: \`delay > 15 && origin in ["ORD", "ATL"]\`.
Each expression is compiled twice, to a JavaScript closure for the stream and to ClickHouse SQL for batch runs and training
sets, and both give the same value for every row. This page is generated from the table of functions.

## Values

| type | values | literals |
|---|---|---|
| \`bool\` | true and false | \`true\`, \`false\` |
| \`int\` | 64-bit signed integers (columns of type int32 and int64) | \`42\`, \`-7\`, \`0x1F\` |
| \`double\` | finite 64-bit floating point numbers; −0 is 0 | \`1.5\`, \`2e-3\` |
| \`string\` | Unicode text | \`"ORD"\`, \`'ORD'\` |
| \`timestamp\` | milliseconds since 1970-01-01T00:00:00Z | \`timestamp("2001-01-01T00:00:00Z")\` |

- **Null** is SQL's: a function or operator with a null argument is null. \`x == null\` and \`x != null\` are tests and never null;
  \`&&\` and \`||\` are three-valued; \`c ? a : b\` takes \`b\` where \`c\` is null; \`coalesce\` skips nulls.
- **Nothing fails at run time**: overflow, division by zero, a text that is no number, an instant beyond the calendar are null.
- **An int meets a double**: in arithmetic, in the branches of \`?:\`, in \`coalesce\`, \`least\`, \`greatest\` and \`clamp\`, and as an
  argument where a double is wanted, the int is widened to the nearest double. Comparisons and \`in\` compare exactly, without widening.
- **A method call** is a function call: \`origin.startsWith("K")\` is \`startsWith(origin, "K")\`.
- **The same text**: white space, comments, parentheses, quotes and the way a number is written do not change what an expression is.
- **Literal arguments** (such as \`zone\` and \`buckets\`) are read when the expression is compiled.
- **Not in the language**: fields, maps, indexing, macros (\`has\`, \`all\`, \`map\`, …), unsigned integers and bytes; and regular
  expressions, because those of JavaScript and of ClickHouse (RE2) do not agree on every text.

| limit | value | because |
|---|---|---|
| characters | ${MAX_EXPRESSION_LENGTH.toLocaleString('en-US')} | the text is in every error message and registry snapshot |
| depth | ${MAX_DEPTH} | ClickHouse limits how deep a query is nested; a chain of \`&&\` or of \`\\|\\|\` is one level |
| items of a list | ${MAX_LIST_ITEMS.toLocaleString('en-US')} | the list stands in the text of each query |
`;
