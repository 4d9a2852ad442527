import { ForebayError } from '@forebay/contract';
import type { Experiment, PlannedVariant } from '../plan/experiment';
import type { ServicePlan } from '../plan/plan';
import { type EntityKeys, entityKeysOf } from '../request/entity-keys';
import { requestDataOf } from '../request/request-data';
import { rowKeysOf } from '../request/row-keys';
import { rowsOf } from '../request/rows-of-request';
import type { SampledRequest } from '../served-log/served-log';
import type { FeatureVectors } from './feature-vectors';
import type { AnswerTaker, OnlineFeatures, PlannedRequest } from './get-online-features';
import { mergeVariants } from './merge-variants';
import { type ReadRows, type RowsReader, readRows } from './stored-rows';
import { type AskedRows, builderOf, type VectorsBuilder } from './vectors-builder';

/** The rows of a request that one variant has, as its plan wants them. */
interface VariantRows {
  readonly variant: PlannedVariant;
  /** Which rows of the request they are, ascending. */
  readonly rows: readonly number[];
  readonly keys: EntityKeys;
  readonly asked: AskedRows;
}

/** Answers for a service with variants: each for its rows, all of them at one instant. Throws as `getOnlineFeatures` does. */
export function answerVariants(
  context: OnlineFeatures,
  plan: ServicePlan,
  experiment: Experiment,
  request: PlannedRequest,
  timeoutMs: number,
  taker: AnswerTaker,
): void {
  const keys = entityKeysOf(plan, request, context.maxRows);
  requestDataOf(plan, request.data, request.keys, keys.rows); // mistakes name the rows of the request
  const parts = variantRows(plan, experiment, request, keys, context.maxRows);
  context.served.countRows(plan, keys.rows);
  const { requestId = '' } = request;
  const asked = { plan, experiment, rows: keys.rows, parts, requestId };
  const sampled = context.log === null ? null : context.log.sample(plan, request.keys, keys, requestId);
  const answer = new VariantsAnswer(context, asked, sampled, taker);
  parts.forEach((part, i) => {
    readRows(context.reader, part.variant.plan, part.keys, timeoutMs, answer.reader(i));
  });
}

interface AskedVariants {
  readonly plan: ServicePlan;
  readonly experiment: Experiment;
  readonly rows: number;
  readonly parts: readonly VariantRows[];
  readonly requestId: string;
}

/** What is left of a request while the values of its variants are read. */
class VariantsAnswer {
  readonly #reads: (readonly ReadRows[])[] = [];
  #waiting: number;
  #isDone = false;

  constructor(
    private readonly context: OnlineFeatures,
    private readonly asked: AskedVariants,
    private readonly sampled: SampledRequest | null,
    private readonly taker: AnswerTaker,
  ) {
    this.#waiting = asked.parts.length;
  }

  /** Takes the rows of a part. */
  reader(part: number): RowsReader {
    return {
      keepsReads: true,
      onRows: (reads) => {
        this.#reads[part] = reads;
        if (--this.#waiting === 0 && !this.#isDone) this.#finish();
      },
      onError: (error) => this.#fail(error),
    };
  }

  #finish(): void {
    if (this.taker.isCancelled) {
      this.#fail(new ForebayError('cancelled', 'the caller went before the values had come'));
      return;
    }
    let vectors: FeatureVectors;
    try {
      vectors = this.#merged();
    } catch (thrown) {
      this.#fail(ForebayError.from(thrown));
      return;
    }
    this.taker.onVectors(vectors);
    for (const { variant } of this.asked.parts) builderOf(variant.plan, this.context.served).release();
  }

  #fail(error: ForebayError): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.taker.onError(error);
  }

  #merged(): FeatureVectors {
    const { context, sampled } = this;
    const { plan, experiment, rows: allRows, parts } = this.asked;
    const { served } = context;
    const serverClockMs = context.clock();
    const builders = parts.map(({ variant }) => builderOf(variant.plan, served));
    const readsOf = (part: number) => this.#reads[part] as readonly ReadRows[];
    const buildAll = (notBeforeMs: number) =>
      parts.map(({ asked }, i) =>
        (builders[i] as VectorsBuilder).build(asked, readsOf(i), serverClockMs, notBeforeMs),
      );
    let all = buildAll(serverClockMs);
    const tMs = Math.max(...all.map(({ asOfMs }) => asOfMs));
    if (all.some(({ asOfMs }) => asOfMs < tMs)) all = buildAll(tMs);
    const answers = parts.map(({ variant, rows, asked }, i) => {
      builders[i]?.countServed();
      served.countVariantRows(plan, variant.name, rows.length);
      const vectors = all[i] as FeatureVectors;
      sampled?.log({ vectors, data: asked.data, variant: variant.name, rows });
      return { variant, rows, vectors };
    });
    const requestId = sampled?.requestId ?? this.asked.requestId;
    return { ...mergeVariants(plan, experiment, allRows, answers), requestId };
  }
}

function variantRows(
  plan: ServicePlan,
  experiment: Experiment,
  request: PlannedRequest,
  keys: EntityKeys,
  maxRows: number,
): VariantRows[] {
  const { variants, split } = experiment;
  const rows: number[][] = variants.map(() => []);
  const { variant: name = '' } = request;
  const forced = name === '' ? -1 : indexOfVariant(plan, experiment, name);
  rowKeysOf(plan, request.keys, keys).forEach((key, row) => {
    rows[forced >= 0 ? forced : split.variantOf(key)]?.push(row);
  });
  return variants.flatMap((variant, i) => {
    const own = rows[i] as readonly number[];
    if (own.length === 0) return [];
    const part = own.length === keys.rows ? request : rowsOf(request, own, keys.rows);
    const encoded = entityKeysOf(variant.plan, part, maxRows);
    const asked = {
      rows: encoded.rows,
      data: requestDataOf(variant.plan, part.data, part.keys, encoded.rows),
      includeLayout: request.includeLayout,
      includeViewTimes: request.includeViewTimes ?? false,
      includeNewestEvents: request.includeNewestEvents ?? false,
      requestId: request.requestId ?? '',
    };
    return { variant, rows: own, keys: encoded, asked };
  });
}

function indexOfVariant({ label }: ServicePlan, { variants }: Experiment, name: string): number {
  const index = variants.findIndex((variant) => variant.name === name);
  if (index >= 0) return index;
  const known = variants.map((variant) => variant.name).join(', ');
  throw new ForebayError('not_found', `${label} has no variant "${name.slice(0, 100)}": it has ${known}`);
}
