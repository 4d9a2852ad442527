import { z } from 'zod';
import { checkShape } from '../check-shape';
import { listNames, versioned } from '../names';
import type { Problems } from '../problems';
import type { FeatureSelection, ViewDeclaration } from '../view-declaration';
import type { WrittenSelection } from './yaml-shapes';

/** What the declarations of one kind are called: `entity`, `an entity`, `entities`. */
interface KindNames {
  readonly one: string;
  readonly any: string;
  readonly many: string;
}

/** The declarations of one kind, to be found by name. */
export class NamedDeclarations<D extends { readonly options: { readonly name: string } }> {
  constructor(
    private readonly declarations: readonly D[],
    private readonly names: KindNames,
  ) {}

  /** The one that an option of a definition names. Null after a problem. */
  namedBy(
    options: Readonly<Record<string, unknown>>,
    option: string,
    place: string,
    problems: Problems,
  ): D | null {
    const { one, any, many } = this.names;
    const shape = z.object({ [option]: z.string({ error: `expected the name of ${any}` }) });
    const name = checkShape(shape, options, place, problems)?.[option];
    if (name === undefined) return null;
    const found = this.declarations.find((declaration) => declaration.options.name === name);
    if (found !== undefined) return found;
    const known = listNames(this.declarations.map((declaration) => declaration.options.name));
    problems.add(place, `there is no ${one} "${name}": the ${many} are ${known}`);
    return null;
  }
}

interface KnownView {
  readonly name: string;
  readonly version: number;
  /** Null: broken, which has been said already. */
  readonly declaration: ViewDeclaration | null;
}

/** Views of all kinds, to be found by `name`, or `name@version` where there are several versions. */
export class NamedViews {
  readonly #views: KnownView[] = [];

  add(written: { readonly name?: unknown; readonly version?: unknown }, declaration: ViewDeclaration | null) {
    const { name, version = 1 } = written;
    if (typeof name === 'string' && typeof version === 'number')
      this.#views.push({ name, version, declaration });
  }

  /**
   * A whole view, or some of its features, as a feature service and an on-demand view list them. Null after a problem,
   * and for a view that is broken.
   */
  select(
    written: WrittenSelection,
    place: string,
    problems: Problems,
  ): ViewDeclaration | FeatureSelection | null {
    const { view, pick } = typeof written === 'string' ? { view: written, pick: undefined } : written;
    const declaration = this.#find(view, place, problems);
    if (declaration === null || pick === undefined) return declaration;
    return declaration.pick(...(pick as never[]));
  }

  #find(reference: string, place: string, problems: Problems): ViewDeclaration | null {
    const [, name, version] = /^([^@]*)(?:@([1-9][0-9]{0,6}))?$/.exec(reference) ?? [];
    const named = this.#views.filter((view) => view.name === name);
    const found = version === undefined ? named : named.filter((view) => view.version === Number(version));
    const [first, second] = found;
    const others = named.map((view) => versioned(view.name, view.version));
    if (first === undefined) {
      const known = others.length > 0 ? others : this.#views.map((view) => view.name);
      problems.add(place, `there is no view "${reference}": there are ${listNames(new Set(known))}`);
      return null;
    }
    if (second !== undefined && second.version !== first.version) {
      const choices = listNames(named.map((view) => `${view.name}@${view.version}`));
      problems.add(place, `view "${reference}" has several versions: say which, of ${choices}`);
      return null;
    }
    return first.declaration;
  }
}
