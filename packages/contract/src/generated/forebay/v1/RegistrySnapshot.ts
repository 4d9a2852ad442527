// Original file: proto/forebay/v1/definitions.proto

import type { ProjectDefinitionsInput as _forebay_v1_ProjectDefinitionsInput, ProjectDefinitionsMessage as _forebay_v1_ProjectDefinitionsMessage } from '../../forebay/v1/ProjectDefinitions';
import type { Long } from '@grpc/proto-loader';

/**
 * Everything that is applied, as one snapshot: what services subscribe to and swap atomically.
 */
export interface RegistrySnapshotInput {
  'version'?: (number | string | Long);
  'applied_at_ms'?: (number | string | Long);
  'applied_by'?: (string);
  'projects'?: (_forebay_v1_ProjectDefinitionsInput)[];
  /**
   * The next id to give; ids of removed definitions are never given again.
   */
  'next_id'?: (number);
}

/**
 * Everything that is applied, as one snapshot: what services subscribe to and swap atomically.
 */
export interface RegistrySnapshotMessage {
  'version': (number);
  'applied_at_ms': (number);
  'applied_by': (string);
  'projects': (_forebay_v1_ProjectDefinitionsMessage)[];
  /**
   * The next id to give; ids of removed definitions are never given again.
   */
  'next_id': (number);
}
