import type { Fault } from '../fault';
import type { ContentKindName } from './content/content-kinds';
import type { SceneOptions } from './scene';

const PREFIXES = {
  orders: '',
  pairs: 'joined and sequence sources: ',
  enriched: 'fields that are looked up: ',
  history: 'views with history: ',
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

/** The same fault where views have output topics, whose last records must be right, too. */
export function withOutputs(fault: Fault, times: number): Fault {
  return {
    ...fault,
    name: `outputs-${fault.name}`,
    says: `views with output topics: ${fault.says}`,
    times,
    shortTimes: 0,
    scene: { ...fault.scene, hasOutputs: true },
  };
}
