import type {
  Duration,
  EntityDeclaration,
  FieldsOf,
  JoinKeyTypes,
  MetadataOptions,
  Names,
  ScheduleOptions,
} from './declarations';
import type { ScalarType, VectorType } from './model';
import type { SourceQuality, ViewQuality } from './quality-declaration';
import type { FeatureSelection } from './view-declaration';

/** What a row of a table may hold: `vector<n>` is n float32 numbers. */
export type TableFieldType = ScalarType | `list<${ScalarType}>` | VectorType;
type TableFieldTypes = Readonly<Record<string, TableFieldType>>;

interface TableSourceCommon<F extends TableFieldTypes> extends MetadataOptions {
  name: string;
  /** Name and type of each column that views read; any of them but the event time and the join keys may be null. */
  fields: F;
  /** The timestamp field from which on a row speaks. */
  eventTime: FieldsOf<F, 'timestamp'>;
  /** The timestamp field that says when the row became known; at its event time if left out. */
  knownAt?: FieldsOf<F, 'timestamp'>;
  /** Rules that its rows are checked by, by name. */
  quality?: SourceQuality<NoInfer<Names<F>>>;
}

/** Either `table` or `query`. */
export type TableSourceOptions<F extends TableFieldTypes = TableFieldTypes> = TableSourceCommon<F> &
  (
    | {
        /** A ClickHouse table or view: `table`, or `database.table`. */
        table: string;
        query?: undefined;
      }
    | {
        /** A SELECT for ClickHouse that gives the fields as columns. */
        query: string;
        table?: undefined;
      }
  );

export interface TableSourceDeclaration<F extends TableFieldTypes = TableFieldTypes> {
  readonly kind: 'table source';
  readonly options: TableSourceOptions & { readonly fields: F };
}

/** A ClickHouse table or query whose rows are already feature values. */
export function tableSource<const F extends TableFieldTypes>(
  options: TableSourceOptions<F>,
): TableSourceDeclaration<F> {
  return { kind: 'table source', options: options as unknown as TableSourceDeclaration<F>['options'] };
}

/** The source's field that a feature of a table view is. */
export type TableFeatureOptions<N extends string = string> = N | { field: N; description?: string };

export interface TableViewOptions<
  K extends JoinKeyTypes = JoinKeyTypes,
  F extends TableFieldTypes = TableFieldTypes,
  A extends Readonly<Record<string, TableFeatureOptions>> = Readonly<Record<string, TableFeatureOptions>>,
> extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed meaning needs a new version. */
  version?: number;
  entity: EntityDeclaration<K>;
  source: TableSourceDeclaration<F>;
  /** For each join key the field that holds it; the field of the same name if left out. */
  keys?: { readonly [N in Names<K>]?: NoInfer<Names<F>> };
  /** By name of the feature: the field, alone or with a description. */
  features: A;
  /** How old a row may be at the tick before its values are OUTSIDE_MAX_AGE; any age if left out. */
  maxAge?: Duration;
  /** When the rows are read; `wait` is 0s if left out. */
  schedule: ScheduleOptions;
  /** Rules that its values are checked by, by name. */
  quality?: ViewQuality<NoInfer<Names<A>>>;
}

export interface TableViewDeclaration<N extends string = string> {
  readonly kind: 'table view';
  readonly options: TableViewOptions;
  /** Some of the view's features, for a feature service or an on-demand view. */
  pick(...features: readonly N[]): FeatureSelection;
}

/** The latest row of each entity in a table source, as features. */
export function tableView<
  const K extends JoinKeyTypes,
  const F extends TableFieldTypes,
  const A extends Readonly<Record<string, TableFeatureOptions<NoInfer<Names<F>>>>>,
>(options: TableViewOptions<K, F, A>): TableViewDeclaration<Names<A>> {
  const view: TableViewDeclaration<Names<A>> = {
    kind: 'table view',
    options: options as unknown as TableViewOptions,
    pick: (...features) => ({ kind: 'feature selection', view, features }),
  };
  return view;
}
