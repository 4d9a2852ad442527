/** Where a training set is written: a file of this machine, or an object. */
import { isObjectAddress, objectAddressText, parseObjectAddress } from '@forebay/object-store';
import { fileTarget, type RowFormat, type RowTarget } from '@forebay/training-set';
import { rowFile } from './row-files';
import type { Servers } from './servers';

/** Throws `invalid_request` for a name that does not tell its format, and for an address that is none. */
export async function outTarget(
  servers: Servers,
  out: string,
  outFormat: RowFormat | undefined,
): Promise<RowTarget> {
  const { file, format } = rowFile(out, outFormat, '--out-format');
  return isObjectAddress(file) ? objectTarget(servers, file, format) : fileTarget({ file, format });
}

async function objectTarget(servers: Servers, text: string, format: RowFormat): Promise<RowTarget> {
  const address = parseObjectAddress(text);
  const store = await servers.objects();
  return {
    name: objectAddressText(address),
    format,
    check: () => store.checkWritable(address),
    async write(bytes, signal) {
      await store.upload(address, bytes, signal);
      // what killed commands have begun; whoever may not list it leaves it to the bucket's own rules
      await store.giveUpUploads(address).catch(() => undefined);
    },
  };
}
