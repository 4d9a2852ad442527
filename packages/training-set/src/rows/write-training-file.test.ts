import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTrainingFile } from './write-training-file';

test('a place where no file can be is refused before the work', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'forebay-out-'));
  try {
    await checkTrainingFile({ file: join(directory, 'train.csv'), format: 'CSV' });
    await expect(checkTrainingFile({ file: directory, format: 'CSV' })).rejects.toThrow(
      `training set "${directory}": it is a directory; name a file in it`,
    );
    const nowhere = join(directory, 'nowhere');
    await expect(checkTrainingFile({ file: join(nowhere, 'train.csv'), format: 'CSV' })).rejects.toThrow(
      `there is no directory "${nowhere}"; make it first`,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
