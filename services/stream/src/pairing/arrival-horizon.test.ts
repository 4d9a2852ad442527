import { ArrivalHorizon } from './arrival-horizon';

const NEVER = Number.NEGATIVE_INFINITY;

describe('ArrivalHorizon', () => {
  it('is where the partition that is furthest behind stands', () => {
    const horizon = new ArrivalHorizon();
    horizon.begin([
      [0, 0, 100],
      [1, 50, 80],
      [2, 7, 7],
    ]);
    expect(horizon.reachedMs).toBe(NEVER);
    horizon.read(0, 10, 1_000);
    expect(horizon.reachedMs).toBe(NEVER);
    horizon.read(1, 60, 300);
    expect(horizon.reachedMs).toBe(300);
    horizon.read(0, 20, 2_000);
    expect(horizon.reachedMs).toBe(300);
    horizon.read(1, 80, 5_000);
    expect(horizon.reachedMs).toBe(2_000);
    horizon.read(0, 30, 3_000);
    expect(horizon.reachedMs).toBe(3_000);
  });

  it('says nothing more when all have come to where they ended, and nothing at all of a new reading', () => {
    const horizon = new ArrivalHorizon();
    horizon.begin([[0, 0, 10]]);
    horizon.read(0, 10, 500);
    horizon.read(0, 20, 900);
    expect(horizon.reachedMs).toBe(500);
    horizon.begin([[0, 20, 20]]);
    horizon.read(0, 30, 900);
    expect(horizon.reachedMs).toBe(NEVER);
  });

  it('never falls, though a log may hold times of its producers', () => {
    const horizon = new ArrivalHorizon();
    horizon.begin([[0, 0, 100]]);
    horizon.read(0, 10, 500);
    horizon.read(0, 20, 400);
    expect(horizon.reachedMs).toBe(500);
  });

  it('says nothing of partitions that come beside others until they are read, and nothing any more of those that went', () => {
    const horizon = new ArrivalHorizon();
    horizon.begin([[0, 0, 100]]);
    horizon.read(0, 10, 500);
    horizon.join([[1, 0, 100]]);
    expect(horizon.reachedMs).toBe(NEVER);
    horizon.read(1, 10, 200);
    expect(horizon.reachedMs).toBe(200);
    horizon.leave(new Set([1]));
    horizon.read(0, 20, 700);
    expect(horizon.reachedMs).toBe(700);
  });

  it('goes on when the end is passed without a record', () => {
    const horizon = new ArrivalHorizon();
    horizon.begin([
      [0, 0, 10],
      [1, 0, 10],
    ]);
    horizon.read(0, 9, 100);
    horizon.read(1, 9, 50);
    horizon.read(1, 10, NEVER);
    horizon.read(0, 9, 120);
    expect(horizon.reachedMs).toBe(120);
  });
});
