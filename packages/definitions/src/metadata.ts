import type { MetadataOptions } from './declarations';
import type { Metadata } from './model';

/** Metadata with nothing left out; tags in the order of their names. */
export function compileMetadata(options: MetadataOptions): Metadata {
  const tags = Object.entries(options.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    owner: options.owner ?? '',
    description: options.description ?? '',
    tags: Object.fromEntries(tags),
  };
}
