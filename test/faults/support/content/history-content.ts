/** Orders with a long past, by user and by city: values that are of history and of the topic. If asked, a table view beside them. */
import type { Random } from '@forebay/testkit';
import type { Installation } from '../../../support/installation';
import type { TableTruth } from '../../../support/table-truth';
import type { ContentKind, SourceTraits } from './content';
import { historyProject, MEMBER_VIEW } from './history-project';
import { MemberTable } from './member-table';
import { OrderContent } from './order-content';

class HistoryContent extends OrderContent {
  readonly #members: MemberTable | null;

  constructor(installation: Installation, random: Random, traits: SourceTraits) {
    super(installation, random, traits);
    this.#members = traits.hasTable ? new MemberTable(installation, random) : null;
  }

  async prepare(): Promise<void> {
    await this.#members?.create();
  }

  tables(): ReadonlyMap<string, TableTruth> {
    return new Map(this.#members === null ? [] : [[MEMBER_VIEW, this.#members.truth]]);
  }
}

export const HISTORY: ContentKind = {
  declare: historyProject,
  fill: (installation, random, traits) => new HistoryContent(installation, random, traits),
};
