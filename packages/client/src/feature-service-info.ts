import { decodeMessage } from '@forebay/contract';
import { type FeatureType, featureTypeOfName } from './feature-types';
import { type FeatureColumn, keyedColumns } from './online-features';

/** What a feature service gives, and what it needs. */
export interface FeatureServiceInfo {
  readonly name: string;
  readonly version: number;
  readonly owner: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** In the order of the values. */
  readonly features: readonly FeatureColumn[];
  /** What names the entities of a row, each once. */
  readonly joinKeys: readonly TypedName[];
  /** What on-demand views take from the request, and which of them, as `name@version`. */
  readonly request: readonly (TypedName & { readonly views: readonly string[] })[];
  /** Of an experiment, with the share of the entities that each has, from 0 to 1; empty: the service has none. */
  readonly variants: readonly { readonly name: string; readonly share: number }[];
  /** The same as long as the columns of an answer are. */
  readonly layoutId: string;
  readonly registryVersion: number;
}

export interface TypedName {
  readonly name: string;
  readonly type: FeatureType;
}

/** Reads `forebay.v1.GetFeatureServiceInfoResponse`. Throws `corrupt_data`. */
export function readFeatureServiceInfo(bytes: Uint8Array): FeatureServiceInfo {
  const { definition, layout, entities, request, registry_version } = decodeMessage(
    'GetFeatureServiceInfoResponse',
    bytes,
  );
  const typed = ({ name, type }: { readonly name: string; readonly type: string }): TypedName => ({
    name,
    type: featureTypeOfName(type, 0),
  });
  const joinKeys = new Map(
    entities.flatMap(({ join_keys }) => join_keys).map((joinKey) => [joinKey.name, typed(joinKey)]),
  );
  const { owner = '', description = '', tags = {} } = definition?.metadata ?? {};
  return {
    name: definition?.name ?? '',
    version: definition?.version ?? 0,
    owner,
    description,
    tags,
    features: keyedColumns(
      (layout?.columns ?? []).map((column) => ({
        name: column.name,
        type: featureTypeOfName(column.type, column.vector_length),
        view: column.view,
        viewVersion: column.view_version,
      })),
    ),
    joinKeys: [...joinKeys.values()],
    request: request.map((field) => ({ ...typed(field), views: field.views })),
    variants: (definition?.variants ?? []).map(({ name, share_ppm }) => ({ name, share: share_ppm / 1e6 })),
    layoutId: layout?.id ?? '',
    registryVersion: registry_version,
  };
}
