import type { FeatureVectors } from '../answer/feature-vectors';
import { bytesFieldSize, embeddedSize, type ProtobufWriter } from './protobuf-writer';

/** Field numbers of `GetOnlineFeaturesResponse`. */
const REQUEST_ID = 10;
const VARIANTS = 11;
const ROW_VARIANTS = 12;

/** Bytes of the fields that name an answer and its variants; most answers have none. */
export function answerNamesSize({ requestId, variants }: FeatureVectors): number {
  const size = requestId === '' ? 0 : embeddedSize(Buffer.byteLength(requestId));
  if (variants === null) return size;
  const names = variants.names.reduce((sum, name) => sum + embeddedSize(Buffer.byteLength(name)), 0);
  return size + names + bytesFieldSize(variants.ofRows?.length ?? 0);
}

export function writeAnswerNames(writer: ProtobufWriter, { requestId, variants }: FeatureVectors): void {
  if (requestId !== '') writer.text(REQUEST_ID, requestId, Buffer.byteLength(requestId));
  if (variants === null) return;
  for (const name of variants.names) writer.text(VARIANTS, name, Buffer.byteLength(name));
  if (variants.ofRows !== null) writer.bytesField(ROW_VARIANTS, variants.ofRows);
}
