import type { RedisConnection } from './connection';
import { REGISTRY_CHANNEL, REGISTRY_KEY } from './keys';
import { RedisScript } from './redis-script';
import { encodeInstants, openStored } from './stored-format';

const HEADER_BYTES = 16;

export interface StoredRegistry {
  readonly version: number;
  /** The snapshot's bytes, protobuf. */
  readonly snapshot: Uint8Array;
}

export type RegistryPublication =
  | { readonly published: true }
  /** Somebody else published: `storedVersion` is what they left (0: there is no registry). */
  | { readonly published: false; readonly storedVersion: number };

const PUBLISH = new RedisScript('publish-registry');

/** null: nothing was ever applied to this server. */
export async function loadRegistry(connection: RedisConnection): Promise<StoredRegistry | null> {
  const bytes = await connection.run('loading the registry', () => connection.client.getBuffer(REGISTRY_KEY));
  return bytes === null ? null : { version: versionOf(bytes), snapshot: bytes.subarray(HEADER_BYTES) };
}

/** 0: there is no registry. */
export async function loadRegistryVersion(connection: RedisConnection): Promise<number> {
  const header = await connection.run('reading the version of the registry', () =>
    connection.client.getrangeBuffer(REGISTRY_KEY, 0, HEADER_BYTES - 1),
  );
  return header.length === 0 ? 0 : versionOf(header);
}

/** Replaces the registry if its version is still `expectedVersion` (0: there is none yet), and announces it. */
export async function publishRegistry(
  connection: RedisConnection,
  registry: StoredRegistry,
  expectedVersion: number,
): Promise<RegistryPublication> {
  const expected = Buffer.alloc(8);
  expected.writeDoubleLE(expectedVersion);
  const bytes = Buffer.concat([encodeInstants(registry.version), registry.snapshot]);
  const [published, header] = (await PUBLISH.run(
    connection,
    null,
    [REGISTRY_KEY],
    [expected, bytes, Buffer.from(REGISTRY_CHANNEL), Buffer.from(String(registry.version))],
  )) as [number, Buffer];
  if (published === 1) return { published: true };
  return { published: false, storedVersion: header.length === 0 ? 0 : versionOf(header) };
}

function versionOf(bytes: Uint8Array): number {
  return openStored(bytes, HEADER_BYTES, 'the registry').getFloat64(8, true);
}
