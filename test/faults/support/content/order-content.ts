/** Orders of one topic, by user and by (user, card). */
import type { Random } from '@forebay/testkit';
import type { Installation } from '../../../support/installation';
import type { Fields, Truth } from '../../../support/truth';
import type {
  ContentKind,
  ContentTerms,
  Copies,
  EventPlace,
  NewEvents,
  SceneContent,
  SourceTraits,
} from './content';
import { orderProject } from './order-project';
import { Orders } from './orders';

export class OrderContent implements SceneContent {
  readonly copies: Copies;
  readonly #orders: Orders;

  constructor(
    private readonly installation: Installation,
    random: Random,
    private readonly traits: SourceTraits,
  ) {
    this.copies = traits.hasIds ? 'to any partition' : 'none';
    this.#orders = new Orders(random);
  }

  take(n: number, terms: ContentTerms): readonly NewEvents[] {
    return [{ source: 'orders', key: 'user', events: this.#orders.take(n, terms) }];
  }

  sent(_source: string, event: Fields, { partition, offset, isCopy }: EventPlace): void {
    const { truth } = this.installation;
    if (isCopy) return;
    // with ids the id orders events of one time; else the position does
    if (this.traits.hasIds) truth.sent(event, 0, event.id as number);
    else truth.sent(event, partition, offset);
  }

  async truths(): Promise<ReadonlyMap<string, Truth>> {
    const { project, truth } = this.installation;
    return new Map(project.aggregationViews.map(({ name }) => [name, truth]));
  }
}

export const ORDERS: ContentKind = {
  declare: orderProject,
  fill: (installation, random, traits) => new OrderContent(installation, random, traits),
};
