/** How the cells of a table view's row are laid out (docs/CODEC.md, table value, codec 1). */
import { ForebayError } from '@forebay/contract';
import type {
  ScalarType,
  TableFeature,
  TableField,
  TableSource,
  TableView,
  ValueType,
} from '@forebay/definitions';

/** Of a scalar: the bytes of its cell; null: it stands among the values of variable length. */
export const CELL_BYTES = {
  bool: 1,
  int32: 4,
  int64: 8,
  double: 8,
  timestamp: 8,
  string: null,
} as const satisfies Record<ScalarType, number | null>;

export const FLOAT32_BYTES = 4;
/** A u32 that says how many bytes a value of variable length has. */
export const LENGTH_BYTES = 4;

/** What a cell is: a scalar, a list of scalars, or so many float32 numbers. */
export type CellShape =
  | { readonly kind: 'scalar'; readonly type: ScalarType }
  | { readonly kind: 'list'; readonly type: ScalarType }
  | { readonly kind: 'vector'; readonly length: number };

/** A feature and where its cell stands. */
export interface TableFeaturePlan {
  /** In the view's features. */
  readonly index: number;
  readonly feature: TableFeature;
  readonly shape: CellShape;
  /** Its bit in the null bits: its position among the features by name. */
  readonly bit: number;
  /** Byte offset of the cell in the row's cells; of one of variable length, that of its u32 length. */
  readonly offset: number;
  readonly isVariable: boolean;
}

/** Everything that reading and writing the values of a table view needs; made once per view and registry version. */
export interface TableLayout {
  readonly view: TableView;
  readonly source: TableSource;
  /** In the view's order. */
  readonly features: readonly TableFeaturePlan[];
  /** In the order of their cells: by the UTF-8 bytes of their names, those of variable length after the others. */
  readonly cells: readonly TableFeaturePlan[];
  /** The cells that are a float64, by feature index and byte offset: most of what is served, and read in one loop. */
  readonly float64Features: Int32Array;
  readonly float64Offsets: Int32Array;
  /** Every feature is one of them, and their cells stand in the order of the features. */
  readonly isFloat64Only: boolean;
  /** The others, in the order of `cells`. */
  readonly otherCells: readonly TableFeaturePlan[];
  readonly nullBytes: number;
  /** Null bits, fixed cells and lengths; the bytes of variable length follow. */
  readonly headBytes: number;
}

const LIST = /^list<(bool|int32|int64|double|string|timestamp)>$/;
const VECTOR = /^vector<([1-9][0-9]*)>$/;

/** Throws `invalid_definition` for a type that a table has no cell for. */
export function cellShapeOf(type: ValueType, place: string): CellShape {
  if (type in CELL_BYTES) return { kind: 'scalar', type: type as ScalarType };
  const element = LIST.exec(type)?.[1];
  if (element !== undefined) return { kind: 'list', type: element as ScalarType };
  const length = VECTOR.exec(type)?.[1];
  if (length !== undefined) return { kind: 'vector', length: Number(length) };
  throw new ForebayError(
    'invalid_definition',
    `${place}: a table holds no values of type ${type}; use a scalar, a list or a vector`,
  );
}

/** The order of declaration says nothing: it may change without a new version. Throws `invalid_definition`. */
export function compileTableView(view: TableView, source: TableSource): TableLayout {
  const place = `view "${view.name}@${view.version}"`;
  const byName = view.features
    .map((feature, index) => ({
      index,
      feature,
      shape: cellShapeOf(feature.type, `${place}, feature "${feature.name}"`),
    }))
    .sort((a, b) => compareUtf8(a.feature.name, b.feature.name))
    .map((found, bit) => ({ ...found, bit, isVariable: fixedBytesOf(found.shape) === null }));
  const nullBytes = Math.ceil(byName.length / 8);
  let offset = nullBytes;
  const placed = (plan: (typeof byName)[number]): TableFeaturePlan => {
    const at = offset;
    offset += fixedBytesOf(plan.shape) ?? LENGTH_BYTES;
    return { ...plan, offset: at };
  };
  const fixed = byName.filter(({ isVariable }) => !isVariable).map(placed);
  const variable = byName.filter(({ isVariable }) => isVariable).map(placed);
  const cells = [...fixed, ...variable];
  const float64 = cells.filter(isFloat64Cell);
  return {
    view,
    source,
    features: [...cells].sort((a, b) => a.index - b.index),
    cells,
    float64Features: Int32Array.from(float64, ({ index }) => index),
    float64Offsets: Int32Array.from(float64, ({ offset: at }) => at),
    isFloat64Only: float64.length === cells.length && float64.every(({ index }, i) => index === i),
    otherCells: cells.filter((plan) => !isFloat64Cell(plan)),
    nullBytes,
    headBytes: offset,
  };
}

function isFloat64Cell({ shape }: TableFeaturePlan): boolean {
  return shape.kind === 'scalar' && (shape.type === 'double' || shape.type === 'timestamp');
}

function fixedBytesOf(shape: CellShape): number | null {
  return shape.kind === 'scalar' ? CELL_BYTES[shape.type] : null;
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Throws `invalid_definition` if the source has no such field. */
export function fieldOf(source: TableSource, name: string): TableField {
  const field = source.fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return field;
  const known = source.fields.map((candidate) => candidate.name).join(', ');
  throw new ForebayError(
    'invalid_definition',
    `table source "${source.name}" has no field "${name}": it has ${known}`,
  );
}

/** Whether the values of a feature stand in the float64 block of a response. */
export function isTableFloat64({ shape }: TableFeaturePlan): boolean {
  return shape.kind === 'scalar' && shape.type !== 'int64' && shape.type !== 'string';
}
