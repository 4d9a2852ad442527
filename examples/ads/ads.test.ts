import { compileProject, sourceOf } from '@forebay/definitions';
import ads from './features';

test('the example compiles, and its views read pairs', () => {
  const project = compileProject(ads);
  const kinds = project.aggregationViews.map((view) => sourceOf(project, view).pairing?.kind ?? 'none');
  expect(kinds).toEqual(['none', 'join', 'sequence']);
});
