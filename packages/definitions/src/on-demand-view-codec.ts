import type { Message, MessageInput } from '@forebay/contract';
import { metadataFromMessage } from './metadata-codec';
import type { OnDemandInput, OnDemandView, UserFunction } from './model';
import {
  fieldFromMessage,
  fieldToMessage,
  scalarFromMessage,
  typeToMessage,
  unknownPart,
} from './value-type-codec';

export function onDemandViewToMessage(view: OnDemandView): MessageInput<'OnDemandView'> {
  return {
    id: view.id,
    name: view.name,
    version: view.version,
    inputs: view.inputs.map(({ column, feature, type }) => ({ column, feature, type: typeToMessage(type) })),
    request: view.request.map(fieldToMessage),
    features: view.features.map(({ name, expression, type, description }) => ({
      name,
      expression,
      type: typeToMessage(type),
      description,
    })),
    metadata: view.metadata,
    fingerprint: view.fingerprint,
  };
}

export function onDemandViewFromMessage(message: Message<'OnDemandView'>): OnDemandView {
  const place = `view "${message.name}"`;
  return {
    id: message.id,
    name: message.name,
    version: message.version,
    inputs: message.inputs.map((input) => inputFromMessage(input, place)),
    request: message.request.map(fieldFromMessage),
    features: message.features.map(({ name, expression, type, description }) => ({
      name,
      expression,
      type: scalarFromMessage(type, `${place}, feature "${name}"`),
      description,
    })),
    metadata: metadataFromMessage(message.metadata),
    fingerprint: message.fingerprint,
  };
}

function inputFromMessage(message: Message<'OnDemandInput'>, viewPlace: string): OnDemandInput {
  const { column, feature, type } = message;
  const place = `${viewPlace}, input "${column}"`;
  if (!feature) throw unknownPart(`${place}: an input that is no feature`);
  return { column, feature, type: scalarFromMessage(type, place) };
}

export function userFunctionToMessage(userFunction: UserFunction): MessageInput<'UserFunction'> {
  const { name, parameters, result, source, sql, description } = userFunction;
  return {
    name,
    parameters: parameters.map(typeToMessage),
    result: typeToMessage(result),
    source,
    sql,
    description,
  };
}

export function userFunctionFromMessage(message: Message<'UserFunction'>): UserFunction {
  const { name, parameters, result, source, sql, description } = message;
  const place = `function "${name}"`;
  return {
    name,
    parameters: parameters.map((type) => scalarFromMessage(type, place)),
    result: scalarFromMessage(result, place),
    source,
    sql,
    description,
  };
}
