// A worker in a process of its own, to be killed: it begins every run and never ends one. Arguments: the queue's URL, the takeover.
const { MaterializeWorker } = require('@forebay/jobs');

const [url, takeover] = process.argv.slice(2);
const worker = new MaterializeWorker({
  server: { url, setting: 'FOREBAY_QUEUE_REDIS_URL' },
  concurrency: 1,
  takeover: JSON.parse(takeover),
  onError: () => undefined,
  run: (job, _report, signal) =>
    new Promise((_resolve, reject) => {
      process.send({ begun: job.view });
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
});

process.on('message', async ({ closeWithinMs }) => {
  await worker.close(closeWithinMs);
  process.exit(0);
});
