/** A stored value in place: `size` bytes at `from` of `bytes`, of all of which `view` is. Who reads many, fills in one object. */
export interface StoredPlace {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly from: number;
  /** −1: there is no value. */
  readonly size: number;
}

const NO_VALUE: StoredPlace = {
  bytes: new Uint8Array(0),
  view: new DataView(new ArrayBuffer(0)),
  from: 0,
  size: -1,
};

/** Of a value that has its bytes for itself; null: there is none. */
export function placeOf(bytes: Uint8Array | null): StoredPlace {
  if (bytes === null) return NO_VALUE;
  const { buffer, byteOffset, length } = bytes;
  return { bytes, view: new DataView(buffer, byteOffset, length), from: 0, size: length };
}
