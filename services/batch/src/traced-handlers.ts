/** The steps of jobs in spans: all those of one job are in one trace, whoever does them. */
import type { JobHandler, JobHandlers, JobKind, JobReference } from '@forebay/jobs';
import { inSpan, inTraceOf, tracingIsOn } from '@forebay/service-kit';

export function tracedHandlers(handlers: JobHandlers): JobHandlers {
  const traced = Object.entries(handlers).map(([kind, handler]) => [
    kind,
    tracedHandler(handler as JobHandler<JobKind>),
  ]);
  return Object.fromEntries(traced) as JobHandlers;
}

function tracedHandler<K extends JobKind>(handler: JobHandler<K>): JobHandler<K> {
  return {
    plan: (payload, context) => step('plan', context.job, () => handler.plan(payload, context)),
    chunksOf: (plan) => handler.chunksOf(plan),
    isCurrent: (payload, plan) => handler.isCurrent(payload, plan),
    runChunk: (payload, plan, chunk, context) =>
      step('chunk', context.job, () => handler.runChunk(payload, plan, chunk, context), chunk),
    finish: (payload, plan, done, context) =>
      step('finish', context.job, () => handler.finish(payload, plan, done, context)),
    failed: (payload, plan, error, context) => handler.failed(payload, plan, error, context),
  };
}

function step<T>(
  name: string,
  { kind, id }: JobReference,
  work: () => Promise<T>,
  chunk?: number,
): Promise<T> {
  if (!tracingIsOn()) return work();
  const attributes = { 'forebay.job.kind': kind, 'forebay.job.id': id };
  const where = chunk === undefined ? attributes : { ...attributes, 'forebay.job.chunk': chunk };
  return inTraceOf(`${kind}/${id}`, () => inSpan(`${kind} ${name}`, where, work, { kind: 'consumer' }));
}
