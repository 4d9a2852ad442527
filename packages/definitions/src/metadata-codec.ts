import type { Message } from '@forebay/contract';
import type { Metadata } from './model';

export function metadataFromMessage(message: Message<'Metadata'> | null): Metadata {
  return { owner: message?.owner ?? '', description: message?.description ?? '', tags: message?.tags ?? {} };
}
