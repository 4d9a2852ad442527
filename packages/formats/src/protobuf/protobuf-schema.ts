/** Protobuf schemas: the text of a .proto file, or its descriptor in base64, with the files that it imports. */
import { ForebayError } from '@forebay/contract';
import * as protobuf from 'protobufjs';
import {
  FileDescriptorProto,
  type IDescriptorProto,
  type IFileDescriptorProto,
} from 'protobufjs/ext/descriptor';

/** A text that can be no .proto file, whose first statement ends in a semicolon or a brace. */
const BASE64 = /^[A-Za-z0-9+/=\s]+$/;

/** In descriptors. */
const TYPE_BYTES = 12;

/** The names of messages in one file, in its order: what an index in a value picks from. */
interface MessageNames {
  readonly name: string;
  readonly nested: readonly MessageNames[];
}

export class ProtobufSchema {
  readonly #root: protobuf.Root;
  readonly #messages: readonly MessageNames[];

  /**
   * @param imported the texts of the files that it imports, beside those of google/protobuf
   * Throws `invalid_definition` for what is no schema.
   */
  constructor(text: string, imported: readonly string[] = []) {
    const files = [text, ...imported];
    try {
      const isDescriptor = BASE64.test(text);
      this.#root = isDescriptor ? rootOfDescriptors(files) : rootOfTexts(files);
      this.#messages = isDescriptor ? messagesOfDescriptor(text) : messagesOfText(text);
      if (!isDescriptor) replaceUnknownTypes(this.#root);
      this.#root.resolveAll();
    } catch (thrown) {
      throw unusable(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  /** @param indexes of a message of the file, then of one in it, and so on; undefined: there is none */
  messageAt(indexes: readonly number[]): protobuf.Type | undefined {
    let messages = this.#messages;
    let name: string | undefined;
    for (const index of indexes) {
      const message = messages[index];
      if (message === undefined) return undefined;
      name = message.name;
      messages = message.nested;
    }
    return name === undefined ? undefined : this.#root.lookupType(name);
  }

  /** Throws `invalid_definition` if there is none of that name; null: the first one of the file. */
  messageNamed(name: string | null): protobuf.Type {
    const found = name === null ? this.messageAt([0]) : this.#root.lookup(name, [protobuf.Type]);
    if (found instanceof protobuf.Type) return found;
    throw unusable(name === null ? 'it has no message' : `it has no message "${name}"`);
  }
}

function unusable(what: string): ForebayError {
  return new ForebayError('invalid_definition', `the Protobuf schema cannot be used: ${what}`);
}

function rootOfTexts(files: readonly string[]): protobuf.Root {
  const root = new protobuf.Root();
  const imports = new Set<string>();
  for (const text of files)
    for (const name of protobuf.parse(text, root, { keepCase: true }).imports ?? []) imports.add(name);
  addCommon(root, imports);
  return root;
}

function rootOfDescriptors(files: readonly string[]): protobuf.Root {
  const given = files.map(descriptorOf);
  const common = new protobuf.Root();
  addCommon(common, new Set(given.flatMap(({ dependency }) => dependency ?? [])));
  const file = [...given, ...common.toDescriptor('proto3').file];
  const known = new Set(file.flatMap(typesOfFile));
  for (const { messageType } of file) for (const message of messageType ?? []) forgetUnknown(message, known);
  return protobuf.Root.fromDescriptor({ file }, { keepCase: true });
}

function typesOfFile(file: IFileDescriptorProto): string[] {
  const space = file.package ? `.${file.package}` : '';
  const enums = file.enumType?.map(({ name }) => `${space}.${name}`) ?? [];
  return [...enums, ...(file.messageType ?? []).flatMap((message) => typesOfMessage(message, space))];
}

function typesOfMessage({ name, enumType, nestedType }: IDescriptorProto, space: string): string[] {
  const own = `${space}.${name}`;
  const enums = enumType?.map((nested) => `${own}.${nested.name}`) ?? [];
  return [own, ...enums, ...(nestedType ?? []).flatMap((nested) => typesOfMessage(nested, own))];
}

/** Of files that nobody gave: as long as no field of such a type is wanted, nothing is lost. */
function forgetUnknown({ field, nestedType }: IDescriptorProto, known: ReadonlySet<string>): void {
  for (const one of field ?? []) {
    if (!one.typeName || known.has(one.typeName)) continue;
    one.type = TYPE_BYTES;
    one.typeName = '';
  }
  for (const nested of nestedType ?? []) forgetUnknown(nested, known);
}

function descriptorOf(text: string): IFileDescriptorProto {
  return FileDescriptorProto.decode(Buffer.from(text, 'base64')) as unknown as IFileDescriptorProto;
}

type Nested = { readonly google?: protobuf.INamespace; readonly protobuf?: protobuf.INamespace } | undefined;

/** Files of google/protobuf stand in no registry. */
function addCommon(root: protobuf.Root, imports: ReadonlySet<string>): void {
  const space = root.define('google.protobuf');
  for (const name of imports) {
    const google = (protobuf.common.get(name)?.nested as Nested)?.google;
    const common = (google?.nested as Nested)?.protobuf;
    const missing = Object.entries(common?.nested ?? {}).filter(([type]) => space.get(type) === null);
    space.addJSON(Object.fromEntries(missing));
  }
}

function messagesOfText(text: string): MessageNames[] {
  const { root, package: name } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
  const space = name === undefined ? root : root.lookup(name);
  return space instanceof protobuf.Namespace ? messagesOf(space) : [];
}

function messagesOf(space: protobuf.Namespace): MessageNames[] {
  return space.nestedArray
    .filter((nested) => nested instanceof protobuf.Type)
    .map((type) => ({ name: type.fullName, nested: messagesOf(type) }));
}

function messagesOfDescriptor(text: string): MessageNames[] {
  const file = descriptorOf(text);
  const namesOf = (message: IDescriptorProto, space: string): MessageNames => {
    const name = `${space}.${message.name}`;
    return { name, nested: (message.nestedType ?? []).map((nested) => namesOf(nested, name)) };
  };
  const space = file.package ? `.${file.package}` : '';
  return (file.messageType ?? []).map((message) => namesOf(message, space));
}

/** As {@link forgetUnknown}, of schemas given as text. */
function replaceUnknownTypes(space: protobuf.NamespaceBase): void {
  if (space instanceof protobuf.Type) {
    for (const field of space.fieldsArray) {
      const isKnown =
        field.type in protobuf.types.basic ||
        space.lookup(field.type, [protobuf.Type, protobuf.Enum]) !== null;
      if (!isKnown) field.type = 'bytes';
    }
  }
  for (const nested of space.nestedArray)
    if (nested instanceof protobuf.Namespace) replaceUnknownTypes(nested);
}
