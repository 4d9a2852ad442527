export interface ComponentReadiness {
  readonly name: string;
  readonly ready: boolean;
  /** Why it is not ready; absent when it is. */
  readonly reason?: string;
}

export interface ReadinessStatus {
  /** Whether every component is ready. */
  readonly ready: boolean;
  readonly components: readonly ComponentReadiness[];
}

/** Says of one component whether it is ready. */
export interface ReadinessHandle {
  ready(): void;
  /** `reason` is for a person: what is missing. */
  notReady(reason: string): void;
  /** The component counts no longer. */
  remove(): void;
}

/** Which components of a service are ready, each with the reason if not. With no component it is ready. */
export class Readiness {
  private readonly reasons = new Map<string, string | null>();
  private readonly listeners = new Set<(status: ReadinessStatus) => void>();

  /** Adds a component, which is not ready at first. A name can be taken once. */
  component(name: string, reason = 'starting'): ReadinessHandle {
    if (this.reasons.has(name)) throw new Error(`readiness has a component "${name}" already`);
    this.set(name, reason);
    return {
      ready: () => this.set(name, null),
      notReady: (why) => this.set(name, why),
      remove: () => {
        if (this.reasons.delete(name)) this.tell();
      },
    };
  }

  status(): ReadinessStatus {
    const components = [...this.reasons].map(([name, reason]) =>
      reason === null ? { name, ready: true } : { name, ready: false, reason },
    );
    return { ready: components.every((component) => component.ready), components };
  }

  /** Calls `listener` after every change; returns the function that ends it. */
  onChange(listener: (status: ReadinessStatus) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private set(name: string, reason: string | null): void {
    if (this.reasons.get(name) === reason && this.reasons.has(name)) return;
    this.reasons.set(name, reason);
    this.tell();
  }

  private tell(): void {
    const status = this.status();
    for (const listener of this.listeners) listener(status);
  }
}
