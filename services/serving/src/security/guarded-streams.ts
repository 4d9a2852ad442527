import { ForebayError } from '@forebay/contract';
import type {
  Server,
  ServerDuplexStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { callStatus } from '../status/call-status';
import type { CallGate } from './call-gate';
import type { Caller } from './caller';

type Stream = ServerDuplexStream<unknown, unknown>;
type StreamHandler = (call: Stream) => void;

/** A server for whatever adds streaming services of its own to one: their calls need a credential, and no grant. */
export function guarded(server: Server, gate: CallGate): Pick<Server, 'addService'> & Server {
  const addService = (definition: ServiceDefinition, methods: UntypedServiceImplementation) => {
    const open = Object.entries(methods).map(([name, handler]) => {
      const path = (definition[name]?.path ?? name).slice(1);
      return [name, guardedStream(path, handler as StreamHandler, gate)];
    });
    server.addService(definition, Object.fromEntries(open) as UntypedServiceImplementation);
  };
  return { addService } as unknown as Server;
}

function guardedStream(path: string, handler: StreamHandler, gate: CallGate): StreamHandler {
  return (call) => {
    const refuse = (thrown: unknown) => {
      gate.noteFailure(path, call, null, thrown);
      call.emit('error', callStatus(ForebayError.from(thrown)));
    };
    let caller: Caller | Promise<Caller>;
    try {
      caller = gate.callerOf(call);
    } catch (thrown) {
      refuse(thrown);
      return;
    }
    if (caller instanceof Promise) caller.then(() => handler(call), refuse);
    else handler(call);
  };
}
