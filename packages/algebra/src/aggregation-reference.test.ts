import { OPERATIONS } from '@forebay/definitions';
import { aggregationReference } from './aggregation-reference';

const sections = aggregationReference().split('\n## ').slice(1);

test('the reference has a section for each operation, in the order of the table', () => {
  expect(sections.map((section) => section.slice(1, section.indexOf('`', 1)))).toEqual(
    Object.keys(OPERATIONS),
  );
});

test('each section says formula, types, empty value, nulls, ties, error and state', () => {
  for (const section of sections)
    for (const title of ['formula', 'input', 'gives', 'over no events', 'null', 'ties', 'error', 'state'])
      expect(section).toMatch(new RegExp(`^\\| ${title} \\| .+ \\|$`, 'm'));
});

test('no cell is cut by a bar in it', () => {
  const rows = sections.flatMap((section) => section.split('\n').filter((line) => line.startsWith('| ')));
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(4);
});
