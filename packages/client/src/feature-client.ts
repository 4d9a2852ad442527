import { setTimeout as sleep } from 'node:timers/promises';
import { encodeMessage, ForebayError } from '@forebay/contract';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { callError } from './call-error';
import { readFeatureResponse } from './feature-response';
import { type FeatureServiceInfo, readFeatureServiceInfo } from './feature-service-info';
import { encodeRequest, type OnlineFeaturesRequest, selectionOf } from './features-request';
import { type ColumnPlaces, OnlineFeatures, placeColumns } from './online-features';

export interface ConnectOptions {
  /** `host:port`, or any gRPC target such as `dns:///serving:50051`; with several addresses, calls take turns. */
  readonly address: string;
  /** How long a call takes at most, retries included, unless it says otherwise; default 5 s. */
  readonly deadlineMs?: number;
  /** Calls that find no server are tried so often in all; default 4. */
  readonly attempts?: number;
}

export interface CallOptions {
  readonly deadlineMs?: number;
}

const DEFAULT_DEADLINE_MS = 5_000;
const DEFAULT_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
const MAX_RESPONSE_BYTES = 16 * 1_024 * 1_024;
/** Layouts and selections that are remembered; beyond it all are forgotten, and asked for again. */
const KEPT_LAYOUTS = 1_000;

const PATH = '/forebay.v1.FeatureService';
const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': LONGEST_PAUSE_MS,
};

/** Connects in the background, at the first call; a call waits while the connection is being made, until its deadline. */
export function connect(options: ConnectOptions): FeatureClient {
  return new FeatureClient(options);
}

/**
 * A client of the feature server. Every call throws ForebayErrors with the server's reason; only `unavailable` is tried
 * again, with growing pauses.
 */
export class FeatureClient {
  readonly #client: Client;
  readonly #options: ConnectOptions;
  /** The layout of each selection that was asked for. */
  readonly #known = new Map<string, string>();
  readonly #layouts = new Map<string, ColumnPlaces>();

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#client = new Client(options.address, credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Resolves when a server is connected; throws `unavailable`. */
  waitForReady(withinMs = this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + withinMs, (error) => {
        if (error === undefined) return resolve();
        const message = `no feature server answered at ${this.#options.address} within ${withinMs} ms; start it, or correct the address`;
        reject(new ForebayError('unavailable', message, { cause: error }));
      });
    });
  }

  async getOnlineFeatures(
    request: OnlineFeaturesRequest,
    options: CallOptions = {},
  ): Promise<OnlineFeatures> {
    const deadline = this.#deadline(options);
    const selection = selectionOf(request);
    const ask = async (includeLayout: boolean) => {
      const bytes = encodeRequest(request, includeLayout);
      return readFeatureResponse(await this.#call('GetOnlineFeatures', bytes, deadline));
    };
    let response = await ask(!this.#known.has(selection));
    // another version was applied since the layout was learnt
    if (response.layout === null && !this.#layouts.has(response.layoutId)) response = await ask(true);
    if (response.layout !== null && !this.#layouts.has(response.layoutId)) {
      if (this.#layouts.size >= KEPT_LAYOUTS) this.#forget();
      this.#layouts.set(response.layoutId, placeColumns(response.layout));
    }
    if (this.#known.size >= KEPT_LAYOUTS) this.#known.clear();
    this.#known.set(selection, response.layoutId);
    return new OnlineFeatures(response, this.#layouts.get(response.layoutId) as ColumnPlaces);
  }

  /** `featureService`: `name` or `name@version`; without a version the newest. */
  async getFeatureServiceInfo(
    project: string,
    featureService: string,
    options: CallOptions = {},
  ): Promise<FeatureServiceInfo> {
    const request = encodeMessage('GetFeatureServiceInfoRequest', {
      project,
      feature_service: featureService,
    });
    return readFeatureServiceInfo(
      await this.#call('GetFeatureServiceInfo', request, this.#deadline(options)),
    );
  }

  /** Calls in flight fail. */
  close(): void {
    this.#client.close();
  }

  #deadline({ deadlineMs }: CallOptions): number {
    return Date.now() + (deadlineMs ?? this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS);
  }

  #forget(): void {
    this.#known.clear();
    this.#layouts.clear();
  }

  async #call(method: string, request: Uint8Array, deadline: number): Promise<Uint8Array> {
    const attempts = this.#options.attempts ?? DEFAULT_ATTEMPTS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#callOnce(method, request, deadline);
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        const pauseMs =
          Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (attempt - 1)) * (0.5 + Math.random());
        if (error.reason !== 'unavailable' || attempt >= attempts || Date.now() + pauseMs >= deadline)
          throw error;
        await sleep(pauseMs);
      }
    }
  }

  #callOnce(method: string, request: Uint8Array, deadline: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `${PATH}/${method}`,
        (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (bytes: Buffer) => bytes,
        request,
        new Metadata(),
        { deadline },
        (error, response) => {
          if (error !== null) reject(callError(error, this.#options.address));
          else resolve(response as Buffer);
        },
      );
    });
  }
}
