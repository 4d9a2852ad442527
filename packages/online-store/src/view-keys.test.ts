import { isKeyOfView } from './view-keys';

test.each([
  'f:{0}12.s.c1',
  'f:{1023}12.b.a.b',
  'm:{0}12.s',
  'r:{0}12.run-1.0',
  'k:{0}3.12',
  'k:{0}3.12.w.member',
  'o:{0}12',
  'e:{0}12',
])('%s is a key of view 12', (key) => {
  expect(isKeyOfView(key, 12)).toBe(true);
});

test.each([
  'f:{0}121.s.c1',
  'f:{12}1.s.12',
  'm:{0}1.s',
  'k:{0}12',
  'k:{0}12.3',
  'k:{0}12.w.member',
  'p:{0}12',
  's:{12}',
  'o:{0}121',
])('%s is none', (key) => {
  expect(isKeyOfView(key, 12)).toBe(false);
});
