import type { ContentKind } from './content';
import { ENRICHED } from './enriched-content';
import { HISTORY } from './history-content';
import { ORDERS } from './order-content';
import { PAIRS } from './pair-content';

/** What scenes can read. */
export const CONTENT_KINDS = {
  orders: ORDERS,
  pairs: PAIRS,
  enriched: ENRICHED,
  history: HISTORY,
} as const satisfies Record<string, ContentKind>;

export type ContentKindName = keyof typeof CONTENT_KINDS;
