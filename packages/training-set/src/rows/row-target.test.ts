import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTarget } from './row-target';

test('a place where no file can be is refused before the work', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'forebay-out-'));
  try {
    await fileTarget({ file: join(directory, 'train.csv'), format: 'CSV' }).check();
    await expect(fileTarget({ file: directory, format: 'CSV' }).check()).rejects.toThrow(
      `training set "${directory}": it is a directory; name a file in it`,
    );
    const nowhere = join(directory, 'nowhere');
    await expect(fileTarget({ file: join(nowhere, 'train.csv'), format: 'CSV' }).check()).rejects.toThrow(
      `there is no directory "${nowhere}"; make it first`,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
