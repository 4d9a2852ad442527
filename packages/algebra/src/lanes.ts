/** The lanes of a view: what its features aggregate (docs/CODEC.md, columns of a view). */
import type { AggregationFeature, AggregationView, ScalarType } from '@forebay/definitions';
import type { CompiledExpression } from '@forebay/expressions';

/** What a cell or an entry holds: float64 (bool, int32, double, timestamp), the 8 bytes of an int64, or UTF-8 bytes. */
export type CellType = 'float64' | 'int64' | 'string';

/** A distinct (input, filter, category) triple of a view; features with the same one share its components. */
export interface Lane {
  readonly index: number;
  readonly input: CompiledExpression | null;
  readonly inputType: ScalarType | null;
  readonly filter: CompiledExpression | null;
  /** The category of an event, for operations by category. */
  readonly by: CompiledExpression | null;
  readonly byType: ScalarType | null;
  readonly cell: CellType;
  /** Whether the input is an integer, so that sums are exact. */
  readonly integer: boolean;
}

/** Compiles an expression of the view; `what` names it in errors. */
type Compile = (text: string | null, what: string) => CompiledExpression | null;

export interface ViewLanes {
  readonly lanes: readonly Lane[];
  readonly laneOf: (feature: AggregationFeature) => Lane;
}

/** In the order of their keys' UTF-8 bytes, so that the order of declaration does not matter. */
export function compileLanes(
  view: AggregationView,
  compile: Compile,
  scalarTypes: ReadonlyMap<string, ScalarType>,
): ViewLanes {
  const byKey = new Map<string, Lane>();
  const first = new Map(view.features.map((feature) => [laneKey(feature), feature]));
  for (const key of [...first.keys()].sort(compareUtf8)) {
    const feature = first.get(key) as AggregationFeature;
    const input = compile(feature.input, `input of feature "${feature.name}"`);
    const by = compile(feature.by, `by of feature "${feature.name}"`);
    const inputType = scalarTypeOf(input, scalarTypes);
    byKey.set(key, {
      index: byKey.size,
      input,
      inputType,
      filter: compile(feature.filter, `filter of feature "${feature.name}"`),
      by,
      byType: scalarTypeOf(by, scalarTypes),
      cell: cellTypeOf(inputType),
      integer: inputType === 'int32' || inputType === 'int64',
    });
  }
  return {
    lanes: [...byKey.values()],
    laneOf: (feature) => byKey.get(laneKey(feature)) as Lane,
  };
}

function laneKey({ filter, input, by }: AggregationFeature): string {
  const key = `${filter ?? ''}\0${input ?? ''}`;
  return by === null ? key : `${key}\0${by}`;
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A plain column keeps its declared type; a computed integer may be any int64. */
function scalarTypeOf(
  expression: CompiledExpression | null,
  scalarTypes: ReadonlyMap<string, ScalarType>,
): ScalarType | null {
  if (expression === null) return null;
  const declared = scalarTypes.get(expression.canonical);
  if (declared !== undefined) return declared;
  return expression.type === 'int' ? 'int64' : expression.type;
}

function cellTypeOf(type: ScalarType | null): CellType {
  if (type === 'string') return 'string';
  return type === 'int64' ? 'int64' : 'float64';
}
