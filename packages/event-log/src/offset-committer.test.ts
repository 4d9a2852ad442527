import { OffsetCommitter } from './offset-committer';

const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };

test('while a request is under way, only the newest offset of each partition waits', async () => {
  const sent: unknown[] = [];
  let release = () => {};
  const target = {
    commit: (offsets: unknown) => {
      sent.push(offsets);
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    },
  };
  const committer = new OffsetCommitter(logger);
  const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });
  committer.commit(target, [at(0, 1)]);
  committer.commit(target, [at(0, 2), at(1, 5)]);
  committer.commit(target, [at(0, 3)]);
  release();
  await Promise.resolve();
  release();
  await committer.settled(1_000);
  expect(sent).toEqual([[at(0, 1)], [at(0, 3), at(1, 5)]]);
});

test('a failure is logged, and the next commit is tried', async () => {
  const commit = jest.fn().mockRejectedValueOnce(new Error('rebalancing')).mockResolvedValue(undefined);
  const committer = new OffsetCommitter(logger);
  committer.commit({ commit }, [{ topic: 't', partition: 0, offset: 1 }]);
  await committer.settled(1_000);
  committer.commit({ commit }, [{ topic: 't', partition: 0, offset: 2 }]);
  await committer.settled(1_000);
  expect(commit).toHaveBeenCalledTimes(2);
  expect(logger.info).toHaveBeenCalledTimes(1);
  committer.commit({ commit }, []);
  await committer.settled(1_000);
  expect(commit).toHaveBeenCalledTimes(2);
});
