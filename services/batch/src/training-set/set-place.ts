/** Where the files of a training set are: what a directory of a file system and a part of an object store have in common. */
import { isObjectAddress, type ObjectStoreOnDemand, parseObjectAddress } from '@forebay/object-store';
import { DirectoryPlace } from './directory-place';
import { ObjectPlace } from './object-place';

export interface FoundFile {
  readonly bytes: number;
  /** The place's own: if it has changed, then so has the content. */
  readonly tag: string;
}

/**
 * Files by name. Each is there whole or not at all, whoever dies while it is written, and two that write the same one do no harm: the
 * last one stays. Errors are ForebayErrors that name the place; `unavailable` ones may pass.
 */
export interface SetPlace {
  /** As people call it: `/data/board-may`, `s3://bucket/board-may`. */
  readonly name: string;
  /** Makes the place. */
  prepare(): Promise<void>;
  /** Of files that are whole, and of whatever else is there. */
  names(): AsyncIterable<string>;
  /** null: there is none. */
  find(file: string): Promise<FoundFile | null>;
  /** A small one, all of it; null: there is none. */
  read(file: string): Promise<Buffer | null>;
  put(file: string, bytes: Buffer): Promise<void>;
  /** Returns false, and changes nothing, if one is there. */
  putIfNew(file: string, bytes: Buffer): Promise<boolean>;
  /** From a stream, with little memory. What `bytes` throws is thrown as it is. */
  write(file: string, bytes: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void>;
  remove(file: string): Promise<void>;
  /** Removes what others have begun to write and not finished; those that still write fail. */
  removeUnfinished(): Promise<void>;
  /** Hands `use` the path of the file, or of a copy of it that is removed afterwards. */
  withLocalFile<T>(file: string, use: (path: string) => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** @param out a directory's whole path, or an address of an object store. Throws `invalid_request`. */
export async function setPlace(out: string, objects: ObjectStoreOnDemand): Promise<SetPlace> {
  if (!isObjectAddress(out)) return new DirectoryPlace(out);
  return new ObjectPlace(parseObjectAddress(out), await objects.open());
}
