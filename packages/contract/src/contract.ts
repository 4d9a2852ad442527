import { type GrpcObject, loadPackageDefinition, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader';
import type { ProtoGrpcType as DefinitionsTypes } from './generated/definitions';
import type { ProtoGrpcType as ExplainTypes } from './generated/explain';
import type { ProtoGrpcType as FeatureServiceTypes } from './generated/feature_service';
import type { ProtoGrpcType as FeatureUpdateTypes } from './generated/feature_update';
import type { ProtoGrpcType as JobsTypes } from './generated/jobs';
import type { ProtoGrpcType as BackfillJobsTypes } from './generated/jobs_backfill';
import type { ProtoGrpcType as EraseJobsTypes } from './generated/jobs_erase';
import type { ProtoGrpcType as JobsProfileTypes } from './generated/jobs_profile';
import type { ProtoGrpcType as TrainingSetJobsTypes } from './generated/jobs_training_set';
import type { ProtoGrpcType as VerifyJobsTypes } from './generated/jobs_verify';
import type { ProtoGrpcType as MemberStatusTypes } from './generated/member_status';
import type { ProtoGrpcType as PredictionsTypes } from './generated/predictions';
import type { ProtoGrpcType as PushTypes } from './generated/push';

/** `forebay.v1` as loaded: client constructors by service, definitions by message and enum. */
export type ForebayV1 = DefinitionsTypes['forebay']['v1'] &
  ExplainTypes['forebay']['v1'] &
  FeatureServiceTypes['forebay']['v1'] &
  FeatureUpdateTypes['forebay']['v1'] &
  JobsTypes['forebay']['v1'] &
  BackfillJobsTypes['forebay']['v1'] &
  TrainingSetJobsTypes['forebay']['v1'] &
  VerifyJobsTypes['forebay']['v1'] &
  JobsProfileTypes['forebay']['v1'] &
  EraseJobsTypes['forebay']['v1'] &
  MemberStatusTypes['forebay']['v1'] &
  PredictionsTypes['forebay']['v1'] &
  PushTypes['forebay']['v1'];

export interface Contract {
  /** What server reflection describes. */
  readonly packageDefinition: PackageDefinition;
  readonly v1: ForebayV1;
}

/** What clients of Feast call, wire-compatible with it; its messages are read and written by hand. */
export interface FeastContract {
  /** What server reflection describes. */
  readonly packageDefinition: PackageDefinition;
  readonly servingService: ServiceDefinition;
}

/** In the published package the contract's files stand beside `dist`, here in the project's root; the ways are the same from `src`. */
const PROTO_DIRECTORIES = [`${__dirname}/../proto`, `${__dirname}/../../../proto`];

const PROTO_FILES = [
  'forebay/v1/definitions.proto',
  'forebay/v1/explain.proto',
  'forebay/v1/feature_service.proto',
  'forebay/v1/feature_update.proto',
  'forebay/v1/jobs.proto',
  'forebay/v1/jobs_backfill.proto',
  'forebay/v1/jobs_training_set.proto',
  'forebay/v1/jobs_verify.proto',
  'forebay/v1/jobs_profile.proto',
  'forebay/v1/jobs_erase.proto',
  'forebay/v1/member_status.proto',
  'forebay/v1/predictions.proto',
  'forebay/v1/push.proto',
];

/**
 * The generated types are made for these options.
 * An int64 beyond 2^53 arrives as a number that is not a safe integer, so that its reader can refuse it.
 */
const LOAD_OPTIONS: Options = {
  includeDirs: PROTO_DIRECTORIES,
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
};

let loaded: Contract | null = null;

/** The protobuf contract of `proto/`, read once per process. */
export function loadContract(): Contract {
  if (loaded === null) {
    const packageDefinition = loadSync(PROTO_FILES, LOAD_OPTIONS);
    const root = loadPackageDefinition(packageDefinition) as unknown as { forebay: { v1: GrpcObject } };
    loaded = { packageDefinition, v1: root.forebay.v1 as unknown as ForebayV1 };
  }
  return loaded;
}

let loadedFeast: FeastContract | null = null;

/** The protobuf contract of `proto/feast`, read once per process. */
export function loadFeastContract(): FeastContract {
  if (loadedFeast === null) {
    const packageDefinition = loadSync('feast/serving/ServingService.proto', LOAD_OPTIONS);
    const servingService = packageDefinition['feast.serving.ServingService'] as ServiceDefinition;
    loadedFeast = { packageDefinition, servingService };
  }
  return loadedFeast;
}
