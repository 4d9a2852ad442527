import type {
  Duration,
  EntityDeclaration,
  JoinKeyTypes,
  MetadataOptions,
  Names,
  ScheduleOptions,
  SourceFields,
} from './declarations';
import type { FeatureDeclaration } from './feature-declaration';
import type { OutputOptions, SeriesOptions } from './feature-output-declaration';
import type { ViewSourceDeclaration } from './pairing-declarations';
import type { ViewQuality } from './quality-declaration';
import type { FeatureSelection } from './view-declaration';

export interface BatchOptions {
  /** How long after its cut a batch value answers exactly. */
  horizon?: Duration;
  /** How often it is materialized; only on demand if left out. */
  every?: Duration;
  /** When it is materialized, instead of `every`: minute, hour, day of month, month and day of week, in UTC: `15 2 * * *`. */
  cron?: string;
  /** Cuts are multiples of it; 1h if left out. */
  cutHop?: Duration;
}

export interface StreamOptions {
  /** How long stream rows are held. */
  retention?: Duration;
}

type FeatureDeclarations = Readonly<Record<string, FeatureDeclaration>>;
type DerivedExpressions = Readonly<Record<string, string>>;

export interface AggregationViewOptions<
  K extends JoinKeyTypes = JoinKeyTypes,
  F extends SourceFields = SourceFields,
  D extends DerivedExpressions = DerivedExpressions,
  A extends FeatureDeclarations = FeatureDeclarations,
> extends MetadataOptions {
  name: string;
  /** 1 if left out. A changed meaning needs a new version. */
  version?: number;
  entity: EntityDeclaration<K>;
  source: ViewSourceDeclaration<F>;
  /** For each join key the field or derived column that holds it; the field of the same name if left out. */
  keys?: { readonly [N in Names<K>]?: NoInfer<Names<F> | Names<D>> };
  /** Events for which it is not true are not in the view. */
  filter?: string;
  /** Columns computed from fields and from earlier derived columns. */
  derive?: D;
  /** History by materialization; false: none. */
  batch?: BatchOptions | false;
  /** Live values; false: none, and a `schedule` instead. */
  stream?: StreamOptions | false;
  /** Values made on a schedule, instead of live ones; `wait` is the source's allowed lateness if left out. */
  schedule?: ScheduleOptions;
  /** A topic that receives the values of changed entities. */
  output?: OutputOptions<NoInfer<Names<A>>>;
  /** Samples of values over time, in ClickHouse. */
  series?: SeriesOptions<NoInfer<K>, NoInfer<Names<A>>>;
  /** Rules that its values are checked by, by name. */
  quality?: ViewQuality<NoInfer<Names<A>>>;
  features: A;
}

export interface AggregationViewDeclaration<N extends string = string> {
  readonly kind: 'aggregation view';
  readonly options: AggregationViewOptions;
  /** Some of the view's features, for a feature service or an on-demand view. */
  pick(...features: readonly N[]): FeatureSelection;
}

/** Aggregated features of one entity from one event source, or one that is made of others. */
export function aggregationView<
  const K extends JoinKeyTypes,
  const F extends SourceFields,
  const A extends FeatureDeclarations,
  const D extends DerivedExpressions = Record<never, string>,
>(options: AggregationViewOptions<K, F, D, A>): AggregationViewDeclaration<Names<A>> {
  const view: AggregationViewDeclaration<Names<A>> = {
    kind: 'aggregation view',
    options: options as unknown as AggregationViewOptions,
    pick: (...features) => ({ kind: 'feature selection', view, features }),
  };
  return view;
}
