import { ForebayError } from '@forebay/contract';
import type { CallOptions } from './feature-client';
import type { FeatureType } from './feature-types';
import type { OnlineFeaturesRequest, RequestValue } from './features-request';
import type { FeatureStatus, OnlineFeatures } from './online-features';

/** What a program knows of a feature service: the names and types that it relies on. */
export interface ServiceSchema {
  readonly project: string;
  /** `name` or `name@version`. */
  readonly featureService: string;
  readonly keys: Readonly<Record<string, 'string' | 'int32' | 'int64' | 'bool'>>;
  /** Data of the request for on-demand views. */
  readonly request?: Readonly<Record<string, ScalarName>>;
  /** By the keys of an answer's columns; others of the service may be left out. */
  readonly features: Readonly<Record<string, Exclude<FeatureType, 'unknown'>>>;
}

type ScalarName = 'bool' | 'int32' | 'int64' | 'double' | 'string' | 'timestamp';

interface Scalars {
  bool: boolean;
  int32: number;
  int64: number | bigint;
  double: number;
  string: string;
  timestamp: number;
}

interface Keys {
  string: string;
  int32: number;
  int64: number | bigint;
  bool: boolean;
}

/** What a type of a definition is in TypeScript. */
export type ValueOf<Type extends string> = Type extends keyof Scalars
  ? Scalars[Type]
  : Type extends `list<${infer Item extends ScalarName}>`
    ? readonly Scalars[Item][]
    : Type extends `map<${infer Key extends 'string' | 'int64'},${infer Value extends 'int64' | 'double'}>`
      ? ReadonlyMap<Scalars[Key], Scalars[Value]>
      : Type extends `vector<${number}>`
        ? Float32Array
        : never;

/** A row of an answer. */
export type RowOf<Schema extends ServiceSchema> = {
  readonly [Name in keyof Schema['features']]: ValueOf<Schema['features'][Name]> | null;
};

type KeysOf<Schema extends ServiceSchema> = {
  readonly [Name in keyof Schema['keys']]: readonly Keys[Schema['keys'][Name]][];
};

type RequestOf<Schema extends ServiceSchema> = Schema extends { readonly request: infer Fields }
  ? {
      readonly [Name in keyof Fields]: OneOrEach<Fields[Name]>;
    }
  : Readonly<Record<string, never>>;

type OneOrEach<Type> = Type extends ScalarName ? RequestScalar<Type> | readonly RequestScalar<Type>[] : never;

type RequestScalar<Type extends ScalarName> =
  | (Type extends 'timestamp' ? Date | number : Scalars[Type])
  | null;

/** What a service is asked with: data of the request only where its schema has some. */
export type TypedRequest<Schema extends ServiceSchema> = {
  readonly keys: KeysOf<Schema>;
} & (Schema extends { readonly request: object }
  ? { readonly request: RequestOf<Schema> }
  : { readonly request?: undefined });

export interface TypedAnswer<Schema extends ServiceSchema> {
  readonly asOfMs: number;
  readonly rows: readonly RowOf<Schema>[];
  statuses(row: number): { readonly [Name in keyof Schema['features']]: FeatureStatus };
  /** Everything else, and the columns without an object for any value. */
  readonly features: OnlineFeatures;
}

/** A feature service with types. Made by `FeatureClient.service`. */
export class TypedService<Schema extends ServiceSchema> {
  /** The columns of the last answer that was found to fit. */
  #checked: OnlineFeatures['columns'] | null = null;

  constructor(
    readonly schema: Schema,
    private readonly ask: (request: OnlineFeaturesRequest, options: CallOptions) => Promise<OnlineFeatures>,
  ) {}

  /**
   * Throws as `FeatureClient.getOnlineFeatures` does, and `failed_precondition` if the service that is applied does not give a
   * feature of the schema, or gives another type.
   */
  async get(asked: TypedRequest<Schema>, options: CallOptions = {}): Promise<TypedAnswer<Schema>> {
    const { project, featureService } = this.schema;
    const request = asked.request as Record<string, RequestValue | readonly RequestValue[]> | undefined;
    const features = await this.ask({ project, featureService, keys: asked.keys, request }, options);
    this.#check(features);
    return {
      asOfMs: features.asOfMs,
      get rows() {
        return features.rows as unknown as readonly RowOf<Schema>[];
      },
      statuses: (row) => features.statuses(row) as { [Name in keyof Schema['features']]: FeatureStatus },
      features,
    };
  }

  /** Once for a layout, whose columns are the same list. */
  #check({ columns }: OnlineFeatures): void {
    if (columns === this.#checked) return;
    const { featureService, features } = this.schema;
    for (const [name, type] of Object.entries(features)) {
      const column = columns.find(({ key }) => key === name);
      const place = `feature service "${featureService}": feature "${name}"`;
      if (column === undefined) {
        const names = columns.map(({ key }) => key).join(', ');
        throw new ForebayError('failed_precondition', `${place} is not in the answer; there are: ${names}`);
      }
      if (column.type !== type)
        throw new ForebayError(
          'failed_precondition',
          `${place} is ${column.type} in the answer and ${type} in the program`,
        );
    }
    this.#checked = columns;
  }
}
