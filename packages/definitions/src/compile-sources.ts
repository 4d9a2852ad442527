/**
 * Sources of all kinds that aggregation views read. An event source may be enriched by a view, which reads another source: so each
 * is compiled when it is first needed.
 */
import type { EnrichmentContext } from './compile-enrichments';
import { compileEnrichments } from './compile-enrichments';
import { compileEventSource } from './compile-event-source';
import { compileJoinedSource, compileSequenceSource } from './compile-pairing';
import type { EventSourceDeclaration } from './declarations';
import { pairedSourceOf } from './lookup';
import type { EventSource } from './model';
import type { JoinedSource, SequenceSource } from './paired-model';
import type {
  JoinedSourceDeclaration,
  SequenceSourceDeclaration,
  ViewSourceDeclaration,
} from './pairing-declarations';
import type { Problems } from './problems';

export interface DeclaredSources {
  readonly eventSources?: readonly EventSourceDeclaration[];
  readonly joinedSources?: readonly JoinedSourceDeclaration[];
  readonly sequenceSources?: readonly SequenceSourceDeclaration[];
}

export class SourceCompiler {
  readonly #declared: ReadonlySet<ViewSourceDeclaration>;
  readonly #eventSources = new Map<EventSourceDeclaration, EventSource | null>();
  readonly #joinedSources = new Map<JoinedSourceDeclaration, JoinedSource | null>();
  readonly #sequenceSources = new Map<SequenceSourceDeclaration, SequenceSource | null>();
  /** The enriched sources that are being compiled, each read by the views that enrich the one before it. */
  readonly #open: EventSourceDeclaration[] = [];

  constructor(
    private readonly declared: DeclaredSources,
    private readonly context: EnrichmentContext,
    private readonly problems: Problems,
  ) {
    const { eventSources = [], joinedSources = [], sequenceSources = [] } = declared;
    this.#declared = new Set([...eventSources, ...joinedSources, ...sequenceSources]);
  }

  /** As the event source that it is to views; null: broken, which has been said; undefined: not in the project. */
  get(declaration: ViewSourceDeclaration): EventSource | null | undefined {
    if (!this.#declared.has(declaration)) return undefined;
    if (declaration.kind === 'event source') return this.#eventSource(declaration);
    const definition =
      declaration.kind === 'joined source' ? this.#joined(declaration) : this.#sequence(declaration);
    if (definition === null) return null;
    const eventSources = [...this.#eventSources.values()].filter((source) => source !== null);
    return pairedSourceOf({ eventSources }, definition);
  }

  /** All of them, in declared order, those that are not broken. */
  compiled(): {
    eventSources: EventSource[];
    joinedSources: JoinedSource[];
    sequenceSources: SequenceSource[];
  } {
    const { eventSources, joinedSources, sequenceSources } = this.declared;
    return {
      eventSources: wholeOf(eventSources, (declaration) => this.#eventSource(declaration)),
      joinedSources: wholeOf(joinedSources, (declaration) => this.#joined(declaration)),
      sequenceSources: wholeOf(sequenceSources, (declaration) => this.#sequence(declaration)),
    };
  }

  #eventSource(declaration: EventSourceDeclaration): EventSource | null {
    if (this.#closesCircle(declaration)) return null;
    return once(this.#eventSources, declaration, () => {
      const source = compileEventSource(declaration, this.problems);
      const { enrich } = declaration.options;
      if (source === null || enrich === undefined) return source;
      this.#open.push(declaration);
      const enriched = compileEnrichments(source, enrich, this.context, this.problems);
      this.#open.pop();
      return enriched;
    });
  }

  #joined(declaration: JoinedSourceDeclaration): JoinedSource | null {
    return once(this.#joinedSources, declaration, () =>
      compileJoinedSource(declaration, (source) => this.get(source), this.problems),
    );
  }

  #sequence(declaration: SequenceSourceDeclaration): SequenceSource | null {
    return once(this.#sequenceSources, declaration, () =>
      compileSequenceSource(declaration, (source) => this.get(source), this.problems),
    );
  }

  /** A view reads a source that waits for the values of that view. */
  #closesCircle(declaration: EventSourceDeclaration): boolean {
    const from = this.#open.indexOf(declaration);
    if (from < 0) return false;
    const circle = [...this.#open.slice(from), declaration].map(({ options }) => `"${options.name}"`);
    this.problems.add(
      `event source "${declaration.options.name}"`,
      `it is enriched by a view that reads it, ${circle.join(' → ')}: enrich it by views of other sources`,
    );
    return true;
  }
}

function once<D, M>(known: Map<D, M>, declaration: D, compile: () => M): M {
  const found = known.get(declaration);
  if (found !== undefined) return found;
  const made = compile();
  known.set(declaration, made);
  return made;
}

function wholeOf<D, M>(declared: readonly D[] | undefined, compile: (declaration: D) => M | null): M[] {
  return [...new Set(declared)].map(compile).filter((definition) => definition !== null);
}
