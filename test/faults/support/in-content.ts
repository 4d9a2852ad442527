import type { Fault } from '../fault';
import type { ContentKindName } from './content/content-kinds';
import type { SceneOptions } from './scene';

const PREFIXES = {
  orders: '',
  pairs: 'joined and sequence sources: ',
  enriched: 'fields that are looked up: ',
} as const satisfies Record<ContentKindName, string>;

/** The same fault where something else is read. */
export function inContent(
  fault: Fault,
  content: ContentKindName,
  times: number,
  scene: Partial<SceneOptions> = {},
): Fault {
  return {
    ...fault,
    name: `${content}-${fault.name}`,
    says: PREFIXES[content] + fault.says,
    times,
    shortTimes: 0,
    scene: { ...fault.scene, content, ...scene },
  };
}
