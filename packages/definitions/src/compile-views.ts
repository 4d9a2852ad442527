import type { ExpressionFunction } from '@forebay/expressions';
import type { AggregationViewDeclaration } from './aggregation-view-declaration';
import { aggregationViewMeaning } from './aggregation-view-meaning';
import { checkShape, shownName } from './check-shape';
import { compileAggregationView } from './compile-aggregation-view';
import { compileOnDemandView } from './compile-on-demand-view';
import { compileTableView } from './compile-table-view';
import type { EntityDeclaration, EventSourceDeclaration } from './declarations';
import { fingerprintOf } from './fingerprint';
import type { Entity, EventSource, OnDemandView, TableSource, UserFunction } from './model';
import { viewPlace } from './names';
import type { OnDemandViewDeclaration } from './on-demand-view-declaration';
import { onDemandViewMeaning } from './on-demand-view-meaning';
import type { Problems } from './problems';
import { selectFeatures, type ViewOf } from './select-features';
import { AGGREGATION_VIEW_SHAPE, ON_DEMAND_VIEW_SHAPE, TABLE_VIEW_SHAPE } from './shapes';
import type { TableSourceDeclaration, TableViewDeclaration } from './table-view-declaration';
import { tableViewMeaning } from './table-view-meaning';
import type { View, ViewKind } from './view';
import type { ViewDeclaration } from './view-declaration';

type ViewOfKind<K extends ViewKind> = Extract<View, { kind: K }>['view'];

/** By declaration; `null`: broken, which has been said already. */
export type Compiled<D, M> = ReadonlyMap<D, M | null>;

/** What views refer to. */
export interface ViewContext {
  readonly entities: Compiled<EntityDeclaration, Entity>;
  readonly eventSources: Compiled<EventSourceDeclaration, EventSource>;
  readonly tableSources: Compiled<TableSourceDeclaration, TableSource>;
  readonly functions: readonly UserFunction[];
  readonly expressionFunctions: readonly ExpressionFunction[];
}

/** Views of all kinds, on-demand views after those that they read. */
export class ViewCompiler {
  readonly #compiled = new Map<ViewDeclaration, View | null>();
  readonly #declared: ReadonlySet<ViewDeclaration>;
  /** The on-demand views that are being compiled, each an input of the one before it. */
  readonly #open: OnDemandViewDeclaration[] = [];

  constructor(
    declared: readonly ViewDeclaration[],
    private readonly context: ViewContext,
    private readonly problems: Problems,
  ) {
    this.#declared = new Set(declared);
    for (const declaration of declared) this.viewOf(declaration);
  }

  readonly viewOf: ViewOf = (declaration) => {
    if (!this.#declared.has(declaration)) return undefined;
    const known = this.#compiled.get(declaration);
    if (known !== undefined) return known;
    const view = this.#compile(declaration);
    this.#compiled.set(declaration, view);
    return view;
  };

  /** The views of the kind that are not broken, in declared order. */
  of<K extends ViewKind>(
    kind: K,
    declarations: readonly (ViewDeclaration & { readonly kind: K })[],
  ): ViewOfKind<K>[] {
    return [...new Set<ViewDeclaration>(declarations)].flatMap((declaration) => {
      const compiled = this.#compiled.get(declaration);
      return compiled?.kind === kind ? [compiled.view as ViewOfKind<K>] : [];
    });
  }

  #compile(declaration: ViewDeclaration): View | null {
    switch (declaration.kind) {
      case 'aggregation view':
        return this.#aggregationView(declaration);
      case 'table view':
        return this.#tableView(declaration);
      case 'on-demand view':
        return this.#onDemandView(declaration);
    }
  }

  #aggregationView(declaration: AggregationViewDeclaration): View | null {
    const { options } = declaration;
    const { problems, context } = this;
    const shapePlace = `view ${shownName(options)}`;
    if (checkShape(AGGREGATION_VIEW_SHAPE, options, shapePlace, problems) === null) return null;
    const entity = this.#referred(options, context.entities, options.entity, 'entities');
    const source = this.#referred(options, context.eventSources, options.source, 'eventSources');
    if (entity === null || source === null) return null;
    const before = problems.count;
    const view = compileAggregationView(declaration, entity, source, problems);
    const meaning = () => aggregationViewMeaning(view, entity, source);
    const fingerprint = problems.count > before ? '' : fingerprintOf(meaning());
    return { kind: 'aggregation view', view: { ...view, fingerprint } };
  }

  #tableView(declaration: TableViewDeclaration): View | null {
    const { options } = declaration;
    const { problems, context } = this;
    const shapePlace = `view ${shownName(options)}`;
    if (checkShape(TABLE_VIEW_SHAPE, options, shapePlace, problems) === null) return null;
    const entity = this.#referred(options, context.entities, options.entity, 'entities');
    const source = this.#referred(options, context.tableSources, options.source, 'tableSources');
    if (entity === null || source === null) return null;
    const view = compileTableView(declaration, entity, source, problems);
    const fingerprint = fingerprintOf(tableViewMeaning(view, entity, source));
    return { kind: 'table view', view: { ...view, fingerprint } };
  }

  #onDemandView(declaration: OnDemandViewDeclaration): View | null {
    const { options } = declaration;
    const { problems, context } = this;
    const shapePlace = `view ${shownName(options)}`;
    if (checkShape(ON_DEMAND_VIEW_SHAPE, options, shapePlace, problems) === null) return null;
    const place = viewPlace(options);
    if (this.#closesCircle(declaration)) return null;
    this.#open.push(declaration);
    const selected = (options.inputs ?? []).map((input) =>
      selectFeatures(input, this.viewOf, place, problems),
    );
    this.#open.pop();
    // What a broken input would have given is not known, so expressions cannot be checked.
    if (selected.includes(null)) return null;
    const inputs = selected.filter((each) => each !== null);
    const view: OnDemandView = compileOnDemandView(
      declaration,
      inputs,
      context.expressionFunctions,
      problems,
    );
    const fingerprint = fingerprintOf(onDemandViewMeaning(view, context.functions));
    return { kind: 'on-demand view', view: { ...view, fingerprint } };
  }

  /** An on-demand view that is, by way of others, an input of itself. */
  #closesCircle(declaration: OnDemandViewDeclaration): boolean {
    const from = this.#open.indexOf(declaration);
    if (from < 0) return false;
    const circle = [...this.#open.slice(from), declaration].map(({ options }) => `"${options.name}"`);
    this.problems.add(
      viewPlace(declaration.options),
      `on-demand views read each other in a circle, ${circle.join(' → ')}: take one of these inputs out`,
    );
    return true;
  }

  #referred<D extends { readonly options: object }, M>(
    view: { readonly name: string; readonly version?: number },
    compiled: Compiled<D, M>,
    declaration: D,
    list: 'entities' | 'eventSources' | 'tableSources',
  ): M | null {
    const found = compiled.get(declaration);
    if (found !== undefined) return found;
    const what = LIST_ITEMS[list];
    this.problems.add(
      viewPlace(view),
      `${what} ${shownName(declaration.options)} is not in the project: add it to ${list}`,
    );
    return null;
  }
}

const LIST_ITEMS = {
  entities: 'entity',
  eventSources: 'event source',
  tableSources: 'table source',
} as const;
