import { LookedUpViews } from './looked-up-views';

/** @param answers of the view, one after the other; then the last one */
function waiting(answers: readonly boolean[], { stepMs = 1 } = {}) {
  const warnings: string[] = [];
  let nowMs = 0;
  let asked = 0;
  const views = new LookedUpViews({
    name: 'payments',
    views: [
      {
        name: '"merchants@1"',
        answers: async () => answers[Math.min(asked++, answers.length - 1)] as boolean,
      },
    ],
    clock: () => {
      nowMs += stepMs;
      return nowMs;
    },
    logger: { warn: (text: unknown) => void warnings.push(String(text)) },
  });
  views.begin();
  return { views, warnings, asked: () => asked };
}

const open = () => new AbortController().signal;

describe('LookedUpViews', () => {
  it('waits for a view that answers later, and asks no more', async () => {
    const { views, asked, warnings } = waiting([false, false, true, false]);
    expect(await views.settled(5_000, open())).toBe(true);
    expect(await views.settled(5_000, open())).toBe(true);
    expect(asked()).toBe(3);
    expect(warnings).toEqual([]);
  });

  it('gives up a view that does not come, and says so', async () => {
    const { views, asked, warnings } = waiting([false], { stepMs: 2_000 });
    expect(await views.settled(3_000, open())).toBe(false);
    while (!(await views.settled(3_000, open())));
    expect(warnings).toEqual([
      'source "payments": events are looked up in "merchants@1" though its stream is not complete or behind: such fields are DEGRADED',
    ]);
    const before = asked();
    expect(await views.settled(3_000, open())).toBe(true);
    expect(asked()).toBe(before);
  });

  it('waits anew when reading begins again', async () => {
    const { views, warnings } = waiting([false], { stepMs: 6_000 });
    while (!(await views.settled(5_000, open())));
    views.begin();
    expect(await views.settled(5_000, open())).toBe(false);
    expect(warnings).toHaveLength(1);
  });

  it('takes a view that cannot be asked for one that does not answer, and ends with its signal', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const views = new LookedUpViews({
      name: 'payments',
      views: [{ name: '"merchants@1"', answers: () => Promise.reject(new Error('redis is away')) }],
      clock: () => 0,
      logger: { warn: () => undefined },
    });
    views.begin();
    expect(await views.settled(5_000, stopped.signal)).toBe(false);
  });
});
