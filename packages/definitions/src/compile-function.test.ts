import { compileProject } from './compile-project';
import { problemsOf } from './compiling.fixture';
import { paymentsProject } from './payments.fixture';

const functionProblems = (ratio: object) => problemsOf(paymentsProject({ ratio }));
const place = 'function "part_of"';

describe('functions', () => {
  it.each<[object, string | RegExp]>([
    [{ evaluate: 5 }, `${place}: "evaluate" is 5: expected a function, or its text`],
    [{ result: 'number' }, /^function "part_of": "result" is "number": expected one of/],
    [
      { sql: () => 5 },
      `${place}, sql: the function returns number: it must return the text of an expression`,
    ],
    [
      {
        sql: () => {
          throw new Error('no');
        },
      },
      `${place}, sql: the function throws "no": it must return the text of an expression`,
    ],
    [{ sql: '{2} / {1}' }, /^function "part_of", sql: /],
    [{ evaluate: '(a) => a' }, /^function "part_of", evaluate: .*takes 1 parameters, and 2 are declared/],
    [{ evaluate: '(a, b) => process.exit()' }, /^function "part_of", evaluate: .*process/],
    [
      { name: 'Ratio' },
      'function "Ratio": "Ratio" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ],
    [{ name: 'in' }, 'function "in": "in" is a reserved word of expressions: take another name'],
    [{ name: 'clamp' }, /^function "clamp": .*"clamp" is a function of the language; take another name/],
    [{ nulls: true }, `${place}: unknown option "nulls": check its spelling, or leave it out`],
  ])('%# are refused', (ratio, problem) => {
    const expected = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(functionProblems(ratio)).toContainEqual(expected);
  });

  it('may be given as texts', () => {
    const options = { evaluate: '(a, b) => a / b', sql: '{0} / {1}' };
    expect(compileProject(paymentsProject({ ratio: options })).functions[0]).toMatchObject({
      source: '(a, b) => a / b',
      sql: '{0} / {1}',
    });
  });
});
