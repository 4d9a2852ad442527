/** The protobuf contract as the Python client reads it: one serialized google.protobuf.FileDescriptorProto. */
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const require = createRequire(import.meta.url);
const PACKAGE = 'forebay.v1';

/**
 * Writes `contract.binpb` into the directory. It has the descriptors of all messages of the package, in the form that every
 * implementation of protobuf accepts: as protoc writes them, types are absolute names, and the entries of a map field
 * `tags` are the type `TagsEntry`.
 */
export function generatePythonContract(outDirectory) {
  const protoLoader = require.resolve('@grpc/proto-loader');
  const { loadSync } = require(protoLoader);
  const { FileDescriptorProto } = createRequire(protoLoader)('protobufjs/ext/descriptor');
  const directory = join('forebay', 'v1');
  const files = readdirSync(join(ROOT, 'proto', directory))
    .sort()
    .map((file) => join(directory, file));
  const definition = loadSync(files, { keepCase: true, includeDirs: [join(ROOT, 'proto')] });
  const descriptors = Object.values(definition).flatMap((type) => type.fileDescriptorProtos ?? []);
  const [file, other] = [
    ...new Map(descriptors.map((bytes) => [bytes.toString('base64'), bytes])).values(),
  ].map((bytes) => FileDescriptorProto.decode(bytes));
  if (file?.package !== PACKAGE || other !== undefined)
    throw new Error(`proto/${directory} does not hold the package ${PACKAGE} alone`);
  for (const message of file.messageType) nameTypesAsProtocDoes(message, `.${PACKAGE}`);
  for (const service of file.service) {
    for (const method of service.method) {
      method.inputType = absolute(method.inputType);
      method.outputType = absolute(method.outputType);
    }
  }
  writeFileSync(join(outDirectory, 'contract.binpb'), FileDescriptorProto.encode(file).finish());
}

const absolute = (type) => (type.startsWith('.') ? type : `.${PACKAGE}.${type}`);

function nameTypesAsProtocDoes(message, scope) {
  const name = `${scope}.${message.name}`;
  const entries = new Map();
  for (const nested of message.nestedType) {
    nameTypesAsProtocDoes(nested, name);
    if (!nested.options?.mapEntry) continue;
    const entry = `${nested.name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())}Entry`;
    entries.set(nested.name, `${name}.${entry}`);
    nested.name = entry;
  }
  for (const field of message.field)
    if (field.typeName) field.typeName = entries.get(field.typeName) ?? absolute(field.typeName);
}
