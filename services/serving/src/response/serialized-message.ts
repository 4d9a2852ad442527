/** What grpc-js asks of a serialized message, in place of a Buffer: so an answer is written straight into its frame, once. */
export interface SerializedMessage {
  readonly byteLength: number;
  /** Writes all `byteLength` bytes at `start`; returns how many. grpc-js calls it before the call's callback returns. */
  copy(target: Buffer, start?: number): number;
}
