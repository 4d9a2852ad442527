import type { Readiness } from '@forebay/service-kit';
import type {
  Server,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

/** The name under which health says whether the process answers at all: SERVING until it ends, whatever it waits for. */
export const PROCESS = 'process';

/** `grpc.health.v1`: one status for the server (the empty name) and for each of its services; and that of the process. */
export class Health {
  readonly #implementation: HealthImplementation;
  readonly #watchers = new Set<ServerWritableStream<unknown, unknown>>();
  readonly #names: readonly string[];
  readonly #unsubscribe: () => void;
  /** null: nobody was told anything yet. */
  #serving: boolean | null = null;
  #leaving = false;
  #ended = false;

  /** Serving while every component is ready. */
  constructor(services: readonly string[], readiness: Readiness) {
    this.#names = ['', ...services];
    this.#implementation = new HealthImplementation({ [PROCESS]: 'SERVING' });
    this.#set(readiness.status().ready);
    this.#unsubscribe = readiness.onChange(({ ready }) => this.#set(ready));
  }

  addTo(server: Server): void {
    this.#implementation.addToServer({
      addService: (definition: ServiceDefinition, methods: UntypedServiceImplementation) =>
        server.addService(definition, { ...methods, watch: this.#tracked(methods.watch as Watch) }),
    } as unknown as Parameters<HealthImplementation['addToServer']>[0]);
  }

  /** From now on, whatever becomes ready; watchers are told. */
  notServing(): void {
    this.#unsubscribe();
    this.#set(false);
    this.#leaving = true;
  }

  /** Ends the watchers' streams, which would keep the server from stopping. */
  endWatches(): void {
    this.#ended = true;
    for (const call of this.#watchers) call.end();
  }

  #set(serving: boolean): void {
    if (this.#leaving || serving === this.#serving) return;
    this.#serving = serving;
    for (const name of this.#names) this.#implementation.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  }

  #tracked(watch: Watch): Watch {
    return (call) => {
      this.#watchers.add(call);
      call.on('cancelled', () => this.#watchers.delete(call));
      watch(call);
      if (this.#ended) call.end();
    };
  }
}

type Watch = (call: ServerWritableStream<unknown, unknown>) => void;
