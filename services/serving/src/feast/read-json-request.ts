import { parse } from 'lossless-json';
import { readFeatureReference } from './feature-references';
import { type FeastRequest, type GivenColumn, type GivenKind, type GivenValue, NULL, OTHER } from './request';

/** What is wrong with the form of a body, as FastAPI says it, whose answers clients of Feast's Python server know. */
export interface FormMistake {
  readonly type: string;
  /** Where: `body`, then the field, then the position. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** An int64 has at most 19 digits and a sign; longer texts are not made into numbers. */
const LONGEST_INTEGER = 20;

/** A number of the body; integral ones are integers, however they are written. */
class GivenNumber implements GivenValue {
  private constructor(
    readonly kind: GivenKind,
    readonly value: number | bigint | null,
  ) {}

  static of(text: string): GivenNumber {
    const number = Number(text);
    if (Number.isSafeInteger(number)) return new GivenNumber('int64', number + 0);
    if (!/^-?\d+$/.test(text)) return new GivenNumber('double', number);
    return text.length > LONGEST_INTEGER
      ? new GivenNumber('other', null)
      : new GivenNumber('int64', BigInt(text));
  }
}

/**
 * Reads the JSON body of `POST /get-online-features`, integers beyond 2^53 exactly. Fields that it does not know are skipped,
 * as Feast does. Throws `invalid_request` for a feature that is not named as one.
 */
export function readJsonRequest(text: string): FeastRequest | readonly FormMistake[] {
  let body: unknown;
  try {
    body = parse(text, null, GivenNumber.of);
  } catch (thrown) {
    const { message } = thrown as Error; // a SyntaxError, or a RangeError for a body of lists in lists in lists
    return [{ type: 'json_invalid', loc: ['body'], msg: `JSON decode error: ${message.slice(0, 200)}` }];
  }
  if (!isObject(body))
    return [{ type: 'model_attributes_type', loc: ['body'], msg: 'Input should be an object' }];
  const form = new Form(body);
  const service = form.text('feature_service');
  const features = form.texts('features');
  const entities = form.columns('entities', true);
  const requestContext = form.columns('request_context', false);
  const fullFeatureNames = form.flag('full_feature_names');
  const includeViewVersions = form.flag('include_feature_view_version_metadata');
  if (form.mistakes.length > 0) return form.mistakes;
  const selection: FeastRequest['selection'] =
    service !== ''
      ? { kind: 'service', featureService: service }
      : features === null
        ? { kind: 'none' }
        : { kind: 'features', features: features.map(readFeatureReference) };
  return { selection, entities, requestContext, fullFeatureNames, includeViewVersions };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GivenNumber)
  );
}

/** The fields of a body, and what is wrong with them. */
class Form {
  readonly mistakes: FormMistake[] = [];

  constructor(private readonly body: Readonly<Record<string, unknown>>) {}

  /** Empty if absent or null. */
  text(name: string): string {
    const value = this.#field(name) ?? '';
    return typeof value === 'string' ? value : this.#wrong([name], 'string_type', 'a string', '');
  }

  flag(name: string): boolean {
    const value = this.#field(name) ?? false;
    return typeof value === 'boolean' ? value : this.#wrong([name], 'bool_type', 'a boolean', false);
  }

  /** null if absent. */
  texts(name: string): readonly string[] | null {
    const value = this.#field(name);
    if (value === undefined) return null;
    if (!Array.isArray(value)) return this.#wrong([name], 'list_type', 'a list', null);
    value.forEach((element, i) => {
      if (typeof element !== 'string') this.#wrong([name, i], 'string_type', 'a string', null);
    });
    return value as readonly string[];
  }

  columns(name: string, isRequired: boolean): readonly GivenColumn[] {
    const value = this.#field(name);
    if (value === undefined || (value === null && !isRequired)) {
      if (isRequired) this.mistakes.push({ type: 'missing', loc: ['body', name], msg: 'Field required' });
      return [];
    }
    if (!isObject(value)) return this.#wrong([name], 'dict_type', 'an object of lists', []);
    return Object.entries(value).map(([key, list]): GivenColumn => {
      if (Array.isArray(list)) return { name: key, values: list.map(givenValue) };
      return this.#wrong([name, key], 'list_type', 'a list', { name: key, values: [] });
    });
  }

  #field(name: string): unknown {
    return Object.hasOwn(this.body, name) ? this.body[name] : undefined;
  }

  #wrong<T>(loc: readonly (string | number)[], type: string, wanted: string, instead: T): T {
    this.mistakes.push({ type, loc: ['body', ...loc], msg: `Input should be ${wanted}` });
    return instead;
  }
}

function givenValue(value: unknown): GivenValue {
  if (value === null) return NULL;
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'boolean') return { kind: 'bool', value };
  return value instanceof GivenNumber ? value : OTHER;
}
