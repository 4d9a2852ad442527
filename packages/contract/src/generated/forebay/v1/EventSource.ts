// Original file: proto/forebay/v1/definitions.proto

import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from '../../forebay/v1/Field';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { Long } from '@grpc/proto-loader';

/**
 * A Kafka topic and a ClickHouse table that hold the same events.
 */
export interface EventSourceInput {
  'id'?: (number);
  'name'?: (string);
  'topic'?: (string);
  /**
   * The archive table that Forebay fills, without the database.
   */
  'table'?: (string);
  'fields'?: (_forebay_v1_FieldInput)[];
  'event_time'?: (string);
  'event_id'?: (string);
  'known_at'?: (string);
  'allowed_lateness_ms'?: (number | string | Long);
  'max_clock_skew_ms'?: (number | string | Long);
  'max_staleness_ms'?: (number | string | Long);
  /**
   * Partitions of the topic when apply creates it.
   */
  'partitions'?: (number);
  /**
   * Fields that lead the archive's sort order: the join keys that its readers filter and group by.
   */
  'archive_order'?: (string)[];
  'metadata'?: (_forebay_v1_MetadataInput | null);
  /**
   * How long copies of an event are known by their id; 0: ids do not remove duplicates.
   */
  'dedupe_ms'?: (number | string | Long);
}

/**
 * A Kafka topic and a ClickHouse table that hold the same events.
 */
export interface EventSourceMessage {
  'id': (number);
  'name': (string);
  'topic': (string);
  /**
   * The archive table that Forebay fills, without the database.
   */
  'table': (string);
  'fields': (_forebay_v1_FieldMessage)[];
  'event_time': (string);
  'event_id': (string);
  'known_at': (string);
  'allowed_lateness_ms': (number);
  'max_clock_skew_ms': (number);
  'max_staleness_ms': (number);
  /**
   * Partitions of the topic when apply creates it.
   */
  'partitions': (number);
  /**
   * Fields that lead the archive's sort order: the join keys that its readers filter and group by.
   */
  'archive_order': (string)[];
  'metadata': (_forebay_v1_MetadataMessage | null);
  /**
   * How long copies of an event are known by their id; 0: ids do not remove duplicates.
   */
  'dedupe_ms': (number);
}
