// Workers in a process of their own, to be killed. Arguments: the queue's URL, the takeover, how long a chunk takes (ms), chunks a run.
const { messageFromJson } = require('@forebay/contract');
const { JobWorkers } = require('@forebay/jobs');

const [url, takeover, chunkMs, chunks] = process.argv.slice(2);
const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

const materialize = {
  plan: async ({ view }) => {
    process.send({ planned: view });
    return messageFromJson('MaterializePlan', { run: `run-${process.pid}`, chunks: Number(chunks) });
  },
  chunksOf: (plan) => plan.chunks,
  isCurrent: async () => true,
  runChunk: async ({ view }, _plan, chunk, { signal }) => {
    process.send({ begun: view, chunk });
    await pause(Number(chunkMs), signal);
    return { kind: 'done', result: { values: 10, bytes: 100 } };
  },
  finish: async (_job, plan) => ({ kind: 'done', result: { chunks: plan.chunks } }),
  failed: async () => undefined,
};

const workers = new JobWorkers({
  server: { url, setting: 'FOREBAY_QUEUE_REDIS_URL' },
  concurrency: 2,
  takeover: JSON.parse(takeover),
  handlers: { materialize, rebuild: materialize }, // nobody asks for a rebuild
  onError: () => undefined,
});

process.on('message', async ({ closeWithinMs }) => {
  await workers.close(closeWithinMs);
  process.exit(0);
});
