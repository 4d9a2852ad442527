/** A client of schema registries that speak Confluent's REST interface (Confluent, Apicurio's ccompat, Karapace, Redpanda). */
import { ForebayError } from '@forebay/contract';

export interface SchemaRegistryOptions {
  readonly url: string;
  /** Of the header `authorization`; null: the registry asks for none. */
  readonly authorization: string | null;
}

/** A schema as it was registered, and the texts that it refers to, each before those that use it. */
export interface RegisteredSchema {
  readonly type: string;
  readonly text: string;
  readonly referenced: readonly string[];
}

interface Reference {
  readonly subject: string;
  readonly version: number;
}

const TIMEOUT_MS = 10_000;
/** "Schema not found", "subject not found", "version not found". */
const NOT_FOUND_CODES: readonly unknown[] = [40401, 40402, 40403];
/** A schema is made of no more others. */
const MAX_REFERENCES = 200;
const MEDIA_TYPES = 'application/vnd.schemaregistry.v1+json, application/json';
const SHOWN_CHARACTERS = 200;

export class SchemaRegistry {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, authorization }: SchemaRegistryOptions) {
    this.#base = url.replace(/\/+$/, '');
    this.#headers = { accept: MEDIA_TYPES, ...(authorization === null ? {} : { authorization }) };
  }

  /**
   * Null: the registry has no schema of this id.
   * Throws `unavailable` as long as it cannot say so: it is away, refuses, or is none.
   */
  async schemaOf(id: number): Promise<RegisteredSchema | null> {
    const found = await this.#get(`/schemas/ids/${id}`);
    if (found === null) return null;
    const referenced = new Map<string, string>();
    await this.#collect(found, referenced);
    return {
      type: typeof found.schemaType === 'string' ? found.schemaType : 'AVRO',
      text: this.#textOf(found),
      referenced: [...referenced.values()],
    };
  }

  /** What it refers to, depth first. */
  async #collect(schema: Json, into: Map<string, string>): Promise<void> {
    for (const { subject, version } of referencesOf(schema)) {
      const name = `${subject}/${version}`;
      if (into.has(name)) continue;
      if (into.size >= MAX_REFERENCES)
        throw this.#unavailable(`a schema refers to more than ${MAX_REFERENCES} others`);
      const found = await this.#get(`/subjects/${encodeURIComponent(subject)}/versions/${version}`);
      if (found === null)
        throw this.#unavailable(
          `it has no version ${version} of subject "${subject}", to which a schema refers`,
        );
      await this.#collect(found, into);
      into.set(name, this.#textOf(found));
    }
  }

  #textOf({ schema }: Json): string {
    if (typeof schema === 'string') return schema;
    throw this.#unavailable('it answered without a schema');
  }

  /** Null: the registry says that there is none. */
  async #get(path: string): Promise<Json | null> {
    let response: Response;
    let body: string;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      response = await fetch(this.#base + path, { headers: this.#headers, signal, redirect: 'follow' });
      body = await response.text();
    } catch (thrown) {
      throw this.#unavailable(causeText(thrown), thrown);
    }
    const json = jsonOf(body);
    if (response.ok && json !== null) return json;
    // a server that is no registry also answers 404
    if (response.status === 404 && NOT_FOUND_CODES.includes(json?.error_code)) return null;
    const answer = body.slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ');
    throw this.#unavailable(`it answered ${response.status} to ${path}: ${answer}`);
  }

  #unavailable(what: string, cause?: unknown): ForebayError {
    const place = new URL(this.#base);
    return new ForebayError('unavailable', `schema registry at ${place.host}${place.pathname}: ${what}`, {
      cause,
    });
  }
}

/** What an answer may have, none of it checked yet. */
interface Json {
  readonly schema?: unknown;
  readonly schemaType?: unknown;
  readonly references?: unknown;
  readonly error_code?: unknown;
}

function jsonOf(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : null;
  } catch {
    return null;
  }
}

function referencesOf({ references }: Json): Reference[] {
  return Array.isArray(references) ? (references as Reference[]) : [];
}

/** `fetch failed` says nothing: its cause does. */
function causeText(thrown: unknown): string {
  const { message, cause } = thrown as { message?: unknown; cause?: { message?: unknown; code?: unknown } };
  return String(cause?.message || cause?.code || message || thrown);
}
