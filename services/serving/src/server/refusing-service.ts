import { ForebayError } from '@forebay/contract';
import type { ServiceDefinition } from '@grpc/grpc-js';

/**
 * The service, with requests that cannot be read passed to their handler as the `invalid_request` that they are. Thrown from
 * the deserializer, they would end as INTERNAL "Error deserializing request", which nobody counts.
 */
export function refusingService(service: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const { requestDeserialize, path } = method;
    return [
      name,
      { ...method, requestDeserialize: (bytes: Buffer) => read(requestDeserialize, bytes, path) },
    ];
  });
  return Object.fromEntries(methods) as ServiceDefinition;
}

function read(deserialize: (bytes: Buffer) => unknown, bytes: Buffer, path: string): unknown {
  try {
    return deserialize(bytes);
  } catch (error) {
    const { message } = ForebayError.from(error);
    return new ForebayError('invalid_request', `${path}: the request is not its message: ${message}`);
  }
}
