import { RecentKeys } from './recent-keys';

describe('recent keys', () => {
  it('are those that were added last, each once', () => {
    const recent = new RecentKeys(2);
    for (const key of ['a', 'b', 'a', 'c']) recent.add(key);
    expect(recent.take()).toEqual(['a', 'c']);
    expect(recent.take()).toEqual([]);
  });
});
