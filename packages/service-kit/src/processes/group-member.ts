import type { Readiness } from '../readiness';
import type { MetricSnapshot } from './merge-metrics';
import { asGroupMessage, type FromMember } from './messages';

export interface GroupMember {
  /** Sends the last metrics; resolves when they are on their way. */
  leave(): Promise<void>;
}

/** This process as one of a group: tells its primary how it is, and what it has counted when it is asked. */
export function joinGroup(readiness: Readiness, collect: () => Promise<MetricSnapshot>): GroupMember {
  const tellReadiness = () => void tell({ forebay: 'readiness', status: readiness.status() });
  const tellMetrics = async (number: number) =>
    tell({ forebay: 'metrics', number, metrics: await collect() });
  readiness.onChange(tellReadiness);
  tellReadiness();
  process.on('message', (message) => {
    const asked = asGroupMessage(message);
    if (asked?.forebay === 'collect') void tellMetrics('number' in asked ? asked.number : 0);
  });
  return { leave: () => tellMetrics(0) };
}

/** A primary that has gone is not told; that it has gone ends this process anyway. */
function tell(message: FromMember): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, undefined, {}, () => resolve());
  });
}
