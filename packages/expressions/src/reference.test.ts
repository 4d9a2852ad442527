import { FUNCTIONS } from './function-table';
import { expressionReference } from './reference';

test('the reference has one row for each entry of the table', () => {
  const rows = expressionReference()
    .split('\n')
    .filter((line) => line.startsWith('| `') && line.split(' | ').length === 5);
  expect(rows).toHaveLength(Object.keys(FUNCTIONS).length);
});
