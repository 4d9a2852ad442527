import { encodeMessage, ForebayError } from '@forebay/contract';
import { Metadata } from '@grpc/grpc-js';
import { CallBatcher } from './call-batcher';
import { callError } from './call-error';
import { Channels } from './channels';
import { type CompiledOptions, type ConnectOptions, checkToken, compileOptions } from './connect-options';
import { type ExplainedFeature, readExplanation } from './explanation';
import { readFeatureResponse } from './feature-response';
import { type FeatureServiceInfo, readFeatureServiceInfo } from './feature-service-info';
import {
  type ExplainRequest,
  encodeExplainRequest,
  encodeRequest,
  type OnlineFeaturesRequest,
  selectionOf,
} from './features-request';
import { KnownLayouts } from './known-layouts';
import { OnlineFeatures } from './online-features';
import {
  encodePredictions,
  type LoggedPredictions,
  type PredictionsRequest,
  readLoggedPredictions,
} from './predictions';
import { withRetries } from './retry';
import { type ServiceSchema, TypedService } from './typed-service';

export interface CallOptions {
  /** How long the call takes at most, retries included. */
  readonly deadlineMs?: number | undefined;
}

const PATH = '/forebay.v1.FeatureService';

type Method = 'GetOnlineFeatures' | 'GetFeatureServiceInfo' | 'ExplainFeature' | 'LogPrediction';

/**
 * Connects in the background, at the first call; a call waits while the connection is being made, until its deadline.
 * Throws `invalid_configuration` for options that do not go together.
 */
export function connect(options: ConnectOptions): FeatureClient {
  return new FeatureClient(compileOptions(options));
}

/**
 * A client of the feature server. Calls throw FeatureCallErrors with the server's reason, and ForebayErrors for requests that
 * cannot be sent; only `unavailable` is tried again, with growing pauses, within the deadline.
 */
export class FeatureClient {
  readonly #channels: Channels;
  readonly #options: CompiledOptions;
  readonly #layouts = new KnownLayouts();
  readonly #batcher: CallBatcher | null;
  #inFlight = 0;
  #closed: Promise<void> | null = null;
  #drained: (() => void) | null = null;

  constructor(options: CompiledOptions) {
    this.#options = options;
    this.#channels = new Channels(options);
    const { mergedRows } = options;
    this.#batcher =
      mergedRows === 0
        ? null
        : new CallBatcher(mergedRows, (request, deadlineMs) => this.#ask(request, deadlineMs));
  }

  /** Resolves when a server is connected; throws `unavailable`. */
  waitForReady(withinMs = this.#options.deadlineMs): Promise<void> {
    return this.#channels.waitForReady(withinMs);
  }

  getOnlineFeatures(request: OnlineFeaturesRequest, options: CallOptions = {}): Promise<OnlineFeatures> {
    const deadlineMs = options.deadlineMs ?? this.#options.deadlineMs;
    return this.#tracked(() => this.#batcher?.call(request, deadlineMs) ?? this.#ask(request, deadlineMs));
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
    return readFeatureServiceInfo(await this.#send('GetFeatureServiceInfo', request, options));
  }

  /** Why a feature has the value that it has for an entity: for people, and for tests of pipelines. */
  async explainFeature(request: ExplainRequest, options: CallOptions = {}): Promise<ExplainedFeature> {
    return readExplanation(await this.#send('ExplainFeature', encodeExplainRequest(request), options));
  }

  /**
   * Sends back what models made of answers, and what became of it, to be joined with the log of served vectors. Entries may
   * be sent more than once: the newest counts.
   */
  async logPredictions(request: PredictionsRequest, options: CallOptions = {}): Promise<LoggedPredictions> {
    return readLoggedPredictions(await this.#send('LogPrediction', encodePredictions(request), options));
  }

  /** The feature service with the types of what it takes and gives, which answers are checked against. */
  service<const Schema extends ServiceSchema>(schema: Schema): TypedService<Schema> {
    return new TypedService(schema, (request, options) => this.getOnlineFeatures(request, options));
  }

  /** Takes no more calls, and closes the connections when those in flight have ended, at the latest by their deadlines. */
  close(): Promise<void> {
    this.#closed ??= this.#drain();
    return this.#closed;
  }

  /** Closes at once if nothing is in flight. */
  #drain(): Promise<void> {
    if (this.#inFlight === 0) {
      this.#channels.close();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#drained = () => {
        this.#channels.close();
        resolve();
      };
    });
  }

  async #tracked<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closed !== null)
      throw new ForebayError('failed_precondition', 'the client is closed: connect another one');
    this.#inFlight++;
    try {
      return await call();
    } finally {
      if (--this.#inFlight === 0) this.#drained?.();
    }
  }

  async #ask(request: OnlineFeaturesRequest, deadlineMs: number): Promise<OnlineFeatures> {
    const deadline = Date.now() + deadlineMs;
    const selection = selectionOf(request);
    const ask = async (includeLayout: boolean) => {
      const bytes = encodeRequest(request, includeLayout);
      return readFeatureResponse(await this.#call('GetOnlineFeatures', bytes, deadline));
    };
    let response = await ask(!this.#layouts.knows(selection));
    let places = this.#layouts.placesOf(selection, response);
    if (places === null) {
      // another version was applied since the layout was learnt
      response = await ask(true);
      places = this.#layouts.placesOf(selection, response);
    }
    if (places !== null) return new OnlineFeatures(response, places);
    throw new ForebayError(
      'corrupt_data',
      `an answer has no layout, and its id "${response.layoutId}" is not known`,
    );
  }

  #send(method: Method, request: Uint8Array, { deadlineMs = this.#options.deadlineMs }: CallOptions) {
    return this.#tracked(() => this.#call(method, request, Date.now() + deadlineMs));
  }

  #call(method: Method, request: Uint8Array, deadline: number): Promise<Uint8Array> {
    const { attempts, token, maxRequestBytes } = this.#options;
    if (request.length > maxRequestBytes) {
      const message = `the request has ${request.length} bytes, more than maxRequestBytes (${maxRequestBytes}): ask for fewer rows, or raise it`;
      return Promise.reject(new ForebayError('invalid_request', message));
    }
    return withRetries(attempts, deadline, async () => {
      const metadata = new Metadata();
      if (token !== null) metadata.set('authorization', `Bearer ${await presentToken(token)}`);
      return this.#callOnce(method, request, deadline, metadata);
    });
  }

  #callOnce(method: Method, request: Uint8Array, deadline: number, metadata: Metadata): Promise<Uint8Array> {
    const { client, address } = this.#channels.next();
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        `${PATH}/${method}`,
        (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (bytes: Buffer) => bytes,
        request,
        metadata,
        { deadline },
        (error, response) => {
          if (error !== null) reject(callError(error, address));
          else resolve(response as Buffer);
        },
      );
    });
  }
}

/** Throws `invalid_configuration` for one that no header carries, and what its giver throws. */
async function presentToken(token: () => string | Promise<string>): Promise<string> {
  const given = await token();
  checkToken(given);
  return given;
}
