const INITIAL_SLOTS = 64;

/**
 * The streams of an HTTP/2 session by their ids, in place of the Map that Node keeps them in. A Map that is written to and
 * deleted from moves to a new table every few calls, and V8 lets the old table point to the new one. Once an old table has become
 * so old that only a full garbage collection frees it, it keeps all tables after it, and the calls that were in flight when they
 * were left: nearly every call then outlives two scavenges, which makes a scavenge cost some ten times as much, and full
 * collections frequent. Here a stream that has ended is not referred to by anything.
 *
 * Ids grow by two, so a stream's slot is where its id points to, but for one that has lived while all slots were used once.
 */
export class StreamTable<Stream> extends Map<number, Stream> {
  #slots = newSlots<Stream>(INITIAL_SLOTS);
  /** Those whose slot was taken by an older one. */
  #others: { readonly id: number; readonly stream: Stream }[] = [];
  #size = 0;

  override get size(): number {
    return this.#size;
  }

  override get(id: number): Stream | undefined {
    const { ids, streams } = this.#slots;
    const slot = (id >>> 1) & (ids.length - 1);
    if (ids[slot] === id) return streams[slot];
    if (this.#others.length === 0) return undefined;
    return this.#others.find((other) => other.id === id)?.stream;
  }

  override has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  override set(id: number, stream: Stream): this {
    this.delete(id);
    if (2 * this.#size >= this.#slots.ids.length) this.#grow();
    this.#size++;
    this.#place(id, stream);
    return this;
  }

  override delete(id: number): boolean {
    const { ids, streams } = this.#slots;
    const slot = (id >>> 1) & (ids.length - 1);
    if (ids[slot] === id) {
      ids[slot] = NO_STREAM;
      streams[slot] = undefined;
      this.#size--;
      return true;
    }
    const other = this.#others.findIndex((one) => one.id === id);
    if (other < 0) return false;
    this.#others.splice(other, 1);
    this.#size--;
    return true;
  }

  override clear(): void {
    this.#slots = newSlots(INITIAL_SLOTS);
    this.#others = [];
    this.#size = 0;
  }

  override forEach(call: (stream: Stream, id: number, all: Map<number, Stream>) => void): void {
    for (const [id, stream] of [...this]) call(stream, id, this);
  }

  override *entries(): MapIterator<[number, Stream]> {
    const { ids, streams } = this.#slots;
    for (const [slot, id] of ids.entries()) if (id !== NO_STREAM) yield [id, streams[slot] as Stream];
    for (const { id, stream } of this.#others) yield [id, stream];
  }

  override *keys(): MapIterator<number> {
    for (const [id] of this.entries()) yield id;
  }

  override *values(): MapIterator<Stream> {
    for (const [, stream] of this.entries()) yield stream;
  }

  override [Symbol.iterator](): MapIterator<[number, Stream]> {
    return this.entries();
  }

  #place(id: number, stream: Stream): void {
    const { ids, streams } = this.#slots;
    const slot = (id >>> 1) & (ids.length - 1);
    if (ids[slot] !== NO_STREAM) {
      this.#others.push({ id, stream });
      return;
    }
    ids[slot] = id;
    streams[slot] = stream;
  }

  #grow(): void {
    const all = [...this];
    this.#slots = newSlots(2 * this.#slots.ids.length);
    this.#others = [];
    for (const [id, stream] of all) this.#place(id, stream);
  }
}

/** No stream of a client or a server has this id. */
const NO_STREAM = 0;

/** @param count a power of two */
function newSlots<Stream>(count: number) {
  return { ids: new Int32Array(count), streams: new Array<Stream | undefined>(count).fill(undefined) };
}

/** What is taken from Node's sessions besides their public face; looked for before it is replaced. */
interface SessionState {
  /** A Map, though not an instance of it. */
  streams: Partial<Map<number, unknown>>;
}

/** From now on the session's streams are held by a StreamTable. Returns false, and changes nothing, where a session is built otherwise than expected. */
export function useStreamTable(session: object): boolean {
  const symbol = Object.getOwnPropertySymbols(session).find(({ description }) => description === 'state');
  const state = symbol === undefined ? undefined : (session as Record<symbol, SessionState>)[symbol];
  if (typeof state?.streams?.forEach !== 'function' || typeof state.streams.delete !== 'function')
    return false;
  const table = new StreamTable<unknown>();
  state.streams.forEach((stream, id) => {
    table.set(id, stream);
  });
  state.streams = table;
  return true;
}

/** What is taken from a server of grpc-js besides its public face. */
interface GrpcServer {
  readonly http2Servers?: ReadonlyMap<
    { on(event: 'session', listener: (session: object) => void): void },
    unknown
  >;
}

/** Call it when the server listens, before there are connections: the sessions of all of them get a StreamTable. */
export function useStreamTables(server: object): void {
  const { http2Servers } = server as GrpcServer;
  if (!(http2Servers instanceof Map)) return;
  for (const http2Server of http2Servers.keys()) http2Server.on('session', useStreamTable);
}
