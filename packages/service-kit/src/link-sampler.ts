import {
  type Attributes,
  type Context,
  createContextKey,
  type Link,
  type SpanKind,
  TraceFlags,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace-node';

/** `SamplingDecision.RECORD_AND_SAMPLED`, without loading the SDK. */
export const RECORD_AND_SAMPLED = 2;

/** In a context: what begins here was chosen to be recorded before. */
export const CHOSEN = createContextKey('forebay chosen trace');

/**
 * For spans without a parent: one that goes on from a traced span is recorded, since a trace that ends at the topic tells
 * half of the story, and one that was chosen; of the others, those that `others` takes.
 */
export class LinkSampler implements Sampler {
  constructor(private readonly others: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (context.getValue(CHOSEN) === true) return { decision: RECORD_AND_SAMPLED };
    if (links.some((link) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0))
      return { decision: RECORD_AND_SAMPLED };
    return this.others.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  toString(): string {
    return `LinkSampler{${this.others.toString()}}`;
  }
}
