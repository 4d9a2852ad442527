/** Orders with a long past, by user and by city: values that are of history and of the topic. */
import type { ContentKind } from './content';
import { historyProject } from './history-project';
import { OrderContent } from './order-content';

export const HISTORY: ContentKind = {
  declare: historyProject,
  fill: (installation, random, traits) => new OrderContent(installation, random, traits),
};
