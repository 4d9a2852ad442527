import { problemsOf } from './compiling.fixture';
import { entity } from './declarations';
import { project } from './project-declaration';

describe('entities', () => {
  const entityProblems = (options: object) =>
    problemsOf(project({ name: 'p', entities: [entity(options as never)] }));

  it.each<[object, string]>([
    [{ name: 'x', joinKeys: {} }, 'entity "x": no join keys: give at least one, such as { user: "string" }'],
    [
      { name: 'x', joinKeys: { at: 'timestamp' } },
      'entity "x": "joinKeys.at" is "timestamp": expected one of "string"|"int32"|"int64"|"bool"',
    ],
    [
      { name: 'x', joinKeys: { 'a b': 'string' } },
      'entity "x", join key "a b": "a b" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ],
    [
      { joinKeys: { a: 'string' } },
      'entity (without a name): "name" is missing: expected string, received undefined',
    ],
    [
      { name: 'x', joinKeys: Object.fromEntries('abcdefghi'.split('').map((key) => [key, 'string'])) },
      'entity "x": 9 join keys are more than the limit of 8',
    ],
  ])('%j are refused', (options, problem) => {
    expect(entityProblems(options)).toEqual([problem]);
  });
});
