import { RekeyProgress } from './rekey-progress';

function progress() {
  const at = { originals: [0, 0], copied: [0, 0], copies: [0] };
  const map = (offsets: readonly number[]) => async () => new Map(offsets.entries());
  const rekey = new RekeyProgress({
    originals: () => map(at.originals)(),
    copied: () => map(at.copied)(),
    copies: () => map(at.copies)(),
  });
  const probe = async (clockMs: number) => {
    const { clockMs: reached, ends } = await rekey.probe(clockMs);
    return { reached, end: ends.get(0) };
  };
  return { at, probe };
}

describe('RekeyProgress', () => {
  it('is that of the moment where nothing has come', async () => {
    expect(await progress().probe(100)).toEqual({ reached: 100, end: 0 });
  });

  it('stands where it was until all that had come is copied', async () => {
    const { at, probe } = progress();
    await probe(100);
    at.originals = [5, 3];
    expect(await probe(200)).toEqual({ reached: 100, end: 0 });
    at.copied = [5, 2];
    at.copies = [7];
    expect(await probe(300)).toEqual({ reached: 100, end: 7 });
    at.copied = [5, 3];
    at.copies = [8];
    expect(await probe(400)).toEqual({ reached: 400, end: 8 });
  });

  it('is further than before while more comes than is copied', async () => {
    const { at, probe } = progress();
    at.originals = [5, 5];
    await probe(100);
    at.originals = [50, 50];
    at.copied = [6, 5];
    at.copies = [11];
    expect(await probe(200)).toEqual({ reached: 100, end: 11 });
  });

  it('is not known before the first records are copied', async () => {
    const { at, probe } = progress();
    at.originals = [5, 0];
    expect(await probe(100)).toEqual({ reached: null, end: 0 });
  });
});
