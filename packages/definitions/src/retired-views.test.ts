import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { pairingProject } from './pairing.fixture';
import { planChanges } from './plan-changes';
import { decodeRegistry, encodeRegistry } from './registry-codec';
import { retireView } from './retired-views';

const desired = compileProject(pairingProject());
const applied = applyPlan(null, desired, { nowMs: 0, appliedBy: 'test' });
const { name } = desired;
const by = { nowMs: 1_000, appliedBy: 'somebody' };
const idOf = (view: string) => applied.projects[0]?.aggregationViews.find((each) => each.name === view)?.id;

test('a retired version is out of the registry, and what is stored of it is known by its id', () => {
  const { snapshot, views } = retireView(applied, name, 'guesses@1', by);
  const retired = { name: 'guesses', version: 1, id: idOf('guesses'), retiredAtMs: 1_000, isFinal: true };
  expect(views).toEqual([retired]);
  expect(snapshot.version).toBe(applied.version + 1);
  expect(snapshot.projects[0]?.aggregationViews.map((view) => view.name)).toEqual(['clicked_by_user']);
  expect(decodeRegistry(encodeRegistry(snapshot))).toEqual(snapshot);
});

test('it may not be declared again, and retiring it again changes nothing', () => {
  const { snapshot } = retireView(applied, name, 'guesses@1', by);
  const change = planChanges(snapshot, desired).changes.find((each) => each.name === 'guesses@1');
  expect(change?.refused).toMatch('it was retired at 1970-01-01T00:00:01.000Z');
  const again = retireView(snapshot, name, 'guesses@1', { ...by, nowMs: 2_000 });
  expect(again.snapshot).toBe(snapshot);
  expect(again.views).toHaveLength(1);
});

test('what an apply has removed may come back under another id, until it is retired with all of its ids', () => {
  const without = { ...desired, aggregationViews: desired.aggregationViews.slice(0, 1) };
  const options = { appliedBy: 'test', allowDestructive: true };
  const removed = applyPlan(applied, without, { ...options, nowMs: 1 });
  const back = applyPlan(removed, desired, { ...options, nowMs: 2 });
  const [first, second] = retireView(back, name, 'guesses@1', by).views;
  expect([first?.id, first?.isFinal]).toEqual([idOf('guesses'), true]);
  expect(second?.id).toBeGreaterThan(first?.id as number);
});

test.each([
  ['guesses', 'name the version too'],
  ['guesses@7', 'has version 1'],
  ['nobody@1', 'no view "nobody"'],
])('%s is refused', (reference, message) => {
  expect(() => retireView(applied, name, reference, by)).toThrow(message);
});
