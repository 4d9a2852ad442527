import { ForebayError, loadFeastContract, ProtobufReader } from '@forebay/contract';
import type { FeatureReference } from '@forebay/definitions';
import { readFeatureReference } from './feature-references';
import { type FeastRequest, type GivenColumn, type GivenValue, NULL, OTHER } from './request';

interface MessageFields {
  readonly type: { readonly field: readonly { readonly number: number }[] };
}

const { type } = loadFeastContract().packageDefinition['feast.types.Value'] as unknown as MessageFields;
const VALUE_FIELD_NUMBERS = new Set(type.field.map((field) => field.number));

/**
 * Reads `feast.serving.GetOnlineFeaturesRequest`. By hand, since join keys of type int64 must stay exact.
 * Throws `invalid_request` for bytes that are not one.
 */
export function readFeastRequest(bytes: Uint8Array): FeastRequest {
  try {
    return readRequest(new ProtobufReader(bytes));
  } catch (thrown) {
    const error = ForebayError.from(thrown);
    if (error.reason === 'invalid_request') throw error;
    throw new ForebayError('invalid_request', `reading GetOnlineFeaturesRequest: ${error.message}`);
  }
}

function readRequest(reader: ProtobufReader): FeastRequest {
  let selection: FeastRequest['selection'] = { kind: 'none' };
  const entities: Columns = new Map();
  const requestContext: Columns = new Map();
  let fullFeatureNames = false;
  let includeViewVersions = false;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) selection = { kind: 'service', featureService: reader.string() };
    else if (field === 2) selection = { kind: 'features', features: reader.message(readReferences) };
    else if (field === 3) addEntry(reader, entities);
    else if (field === 4) fullFeatureNames = reader.bool();
    else if (field === 5) addEntry(reader, requestContext);
    else if (field === 6) includeViewVersions = reader.bool();
    else reader.skip();
  }
  return {
    selection,
    entities: [...entities.values()],
    requestContext: [...requestContext.values()],
    fullFeatureNames,
    includeViewVersions,
  };
}

function readReferences(reader: ProtobufReader): FeatureReference[] {
  const features: FeatureReference[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) features.push(readFeatureReference(reader.string()));
    else reader.skip();
  }
  return features;
}

type Columns = Map<string, GivenColumn>;

/** Of several entries with one key the last one counts, as protobuf has it. */
function addEntry(reader: ProtobufReader, columns: Columns): void {
  const column = reader.message(readColumn);
  columns.set(column.name, column);
}

function readColumn(reader: ProtobufReader): GivenColumn {
  let name = '';
  let values: GivenValue[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) name = reader.string();
    else if (field === 2) values = reader.message(readValues);
    else reader.skip();
  }
  return { name, values };
}

function readValues(reader: ProtobufReader): GivenValue[] {
  const values: GivenValue[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) values.push(reader.message(readValue));
    else reader.skip();
  }
  return values;
}

/** The last field that is set counts, as protobuf has it; with nothing set a value is null. */
function readValue(reader: ProtobufReader): GivenValue {
  let value = NULL;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (!VALUE_FIELD_NUMBERS.has(field)) {
      // of a later contract than ours: something that we know nothing of, but no null
      reader.skip();
      if (value === NULL) value = OTHER;
    } else value = readField(reader, field);
  }
  return value;
}

function readField(reader: ProtobufReader, field: number): GivenValue {
  switch (field) {
    case 2:
      return { kind: 'string', value: reader.string() };
    case 3:
      return { kind: 'int32', value: int32(reader.int64()) };
    case 4:
      return { kind: 'int64', value: reader.int64() };
    case 5:
      return { kind: 'double', value: reader.double() };
    case 6:
      return { kind: 'float', value: reader.float() };
    case 7:
      return { kind: 'bool', value: reader.bool() };
    case 8:
      return { kind: 'timestamp', value: reader.int64() };
    case 19:
      reader.int64();
      return NULL;
    default:
      // texts, bytes and messages
      reader.bytes();
      return OTHER;
  }
}

/** Negative ones are written with 64 bits, of which protobuf takes the lower half. */
const int32 = (value: number | bigint) => Number(BigInt.asIntN(32, BigInt(value)));
