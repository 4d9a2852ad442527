import type { ServerOptions } from '@grpc/grpc-js';
import type { ServingConfiguration } from '../settings';

/** The settings that bound what a connection may have and do. */
export type ServerLimits = Pick<
  ServingConfiguration,
  | 'maxRequestBytes'
  | 'maxResponseBytes'
  | 'maxConcurrentStreams'
  | 'maxConnectionAgeMs'
  | 'maxConnectionAgeGraceMs'
  | 'keepaliveEveryMs'
>;

/**
 * The limits as gRPC's channel options. Headers are bounded by Node itself: 64 KiB and 128 of them a call.
 * grpc-js spreads the age of connections by 10 %.
 */
export function serverOptions(limits: ServerLimits): ServerOptions {
  const { maxConnectionAgeMs, maxConnectionAgeGraceMs, keepaliveEveryMs } = limits;
  const age = {
    'grpc.max_connection_age_ms': maxConnectionAgeMs,
    'grpc.max_connection_age_grace_ms': maxConnectionAgeGraceMs,
  };
  return {
    // its bookkeeping costs every call, and nobody asks it
    'grpc.enable_channelz': 0,
    'grpc.max_receive_message_length': limits.maxRequestBytes,
    'grpc.max_send_message_length': limits.maxResponseBytes,
    'grpc.max_concurrent_streams': limits.maxConcurrentStreams,
    ...(maxConnectionAgeMs === 0 ? {} : age),
    ...(keepaliveEveryMs === 0 ? {} : { 'grpc.keepalive_time_ms': keepaliveEveryMs }),
  };
}
