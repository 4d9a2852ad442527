/** Datasets of OpenLineage and their facets: which columns they have, and what each is made from. */

/** Who says so; it is in each facet. */
export const LINEAGE_PRODUCER = 'urn:forebay:lineage';
const FACETS = 'https://openlineage.io/spec/facets';

export interface LineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets?: Readonly<Record<string, object>>;
}

/** How a column comes from another: a part of its value (DIRECT), or something that decides about it. */
export type Transformation = readonly [
  'DIRECT' | 'INDIRECT',
  'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION' | 'GROUP_BY' | 'FILTER',
];

export interface ColumnOrigin {
  readonly from: LineageDataset;
  readonly field: string;
  readonly as: readonly Transformation[];
}

export interface LineageColumn {
  readonly name: string;
  readonly type: string;
  readonly origins: readonly ColumnOrigin[];
}

export function schemaFacet(fields: readonly { readonly name: string; readonly type: unknown }[]) {
  const shown = fields.map(({ name, type }, i) => ({ name, type: String(type), ordinal_position: i + 1 }));
  return { schema: { ...facet('1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet'), fields: shown } };
}

/** @param keys what decides which of the dataset's entities an event is of */
export function columnsFacets(columns: readonly LineageColumn[], keys: readonly ColumnOrigin[] = []) {
  const fields = columns.map(({ name, origins }) => [name, { inputFields: origins.map(inputField) }]);
  return {
    ...schemaFacet(columns),
    columnLineage: {
      ...facet('1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet'),
      fields: Object.fromEntries(fields),
      ...(keys.length === 0 ? {} : { dataset: keys.map(inputField) }),
    },
  };
}

/** Of a dataset that is no more. */
export function droppedFacet() {
  return {
    lifecycleStateChange: {
      ...facet('1-0-1/LifecycleStateChangeDatasetFacet.json#/$defs/LifecycleStateChangeDatasetFacet'),
      lifecycleStateChange: 'DROP',
    },
  };
}

function inputField({ from: { namespace, name }, field, as }: ColumnOrigin) {
  return { namespace, name, field, transformations: as.map(([type, subtype]) => ({ type, subtype })) };
}

function facet(schema: string) {
  return { _producer: LINEAGE_PRODUCER, _schemaURL: `${FACETS}/${schema}` };
}
