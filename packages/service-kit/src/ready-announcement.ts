/** Ports by what listens on them, such as `grpc` and `metrics`. */
export type Ports = Readonly<Record<string, number>>;

/** What a service says once, when it is ready: as a line of its JSON log, and as a message to a parent that forked it. */
export interface ReadyAnnouncement {
  readonly ready: true;
  readonly service: string;
  readonly ports: Ports;
}

export function readyAnnouncement(service: string, ports: Ports): ReadyAnnouncement {
  return { ready: true, service, ports };
}

/** The announcement in a line of a service's JSON log, or null for any other line. */
export function parseReadyLine(line: string): ReadyAnnouncement | null {
  if (!line.includes('"ready":true')) return null;
  try {
    return asReadyAnnouncement(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The announcement in a message from a forked service, or null for anything else. */
export function asReadyAnnouncement(message: unknown): ReadyAnnouncement | null {
  if (typeof message !== 'object' || message === null) return null;
  const { ready, service, ports } = message as Partial<ReadyAnnouncement>;
  if (ready !== true || typeof service !== 'string' || typeof ports !== 'object' || ports === null)
    return null;
  return Object.values(ports).every(Number.isInteger) ? { ready, service, ports } : null;
}
