// Original file: proto/forebay/v1/definitions.proto

import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from '../../forebay/v1/Field';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { RecordFormatInput as _forebay_v1_RecordFormatInput, RecordFormatMessage as _forebay_v1_RecordFormatMessage } from '../../forebay/v1/RecordFormat';
import type { SourceTopicInput as _forebay_v1_SourceTopicInput, SourceTopicMessage as _forebay_v1_SourceTopicMessage } from '../../forebay/v1/SourceTopic';
import type { EnrichmentInput as _forebay_v1_EnrichmentInput, EnrichmentMessage as _forebay_v1_EnrichmentMessage } from '../../forebay/v1/Enrichment';
import type { KeyingInput as _forebay_v1_KeyingInput, KeyingMessage as _forebay_v1_KeyingMessage } from '../../forebay/v1/Keying';
import type { RekeyingInput as _forebay_v1_RekeyingInput, RekeyingMessage as _forebay_v1_RekeyingMessage } from '../../forebay/v1/Rekeying';
import type { QualityRuleInput as _forebay_v1_QualityRuleInput, QualityRuleMessage as _forebay_v1_QualityRuleMessage } from '../../forebay/v1/QualityRule';
import type { Long } from '@grpc/proto-loader';

/**
 * A Kafka topic, or several, and a ClickHouse table that hold the same events.
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
   * Partitions of each topic when apply creates it.
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
  /**
   * Absent: JSON objects whose members have the names of the fields.
   */
  'format'?: (_forebay_v1_RecordFormatInput | null);
  /**
   * Topics beyond the first, only ever appended to: partition p of topic i has the number i * 256 + p in what is stored.
   */
  'other_topics'?: (_forebay_v1_SourceTopicInput)[];
  /**
   * Fields that no record has: they are looked up when an event is applied. The last of `fields`.
   */
  'enrichments'?: (_forebay_v1_EnrichmentInput)[];
  /**
   * Absent: it is not declared by which fields records are spread over partitions.
   */
  'keyed_by'?: (_forebay_v1_KeyingInput | null);
  /**
   * Absent: the topic is read as it is.
   */
  'rekey'?: (_forebay_v1_RekeyingInput | null);
  'quality'?: (_forebay_v1_QualityRuleInput)[];
}

/**
 * A Kafka topic, or several, and a ClickHouse table that hold the same events.
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
   * Partitions of each topic when apply creates it.
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
  /**
   * Absent: JSON objects whose members have the names of the fields.
   */
  'format': (_forebay_v1_RecordFormatMessage | null);
  /**
   * Topics beyond the first, only ever appended to: partition p of topic i has the number i * 256 + p in what is stored.
   */
  'other_topics': (_forebay_v1_SourceTopicMessage)[];
  /**
   * Fields that no record has: they are looked up when an event is applied. The last of `fields`.
   */
  'enrichments': (_forebay_v1_EnrichmentMessage)[];
  /**
   * Absent: it is not declared by which fields records are spread over partitions.
   */
  'keyed_by': (_forebay_v1_KeyingMessage | null);
  /**
   * Absent: the topic is read as it is.
   */
  'rekey': (_forebay_v1_RekeyingMessage | null);
  'quality': (_forebay_v1_QualityRuleMessage)[];
}
