/** A small way to break the engine, which the comparison must find. */
import type { Place } from '../run/scenes';

export interface Mutant {
  readonly name: string;
  /** Of the workspace in `packages/`; `service-x`: of that in `services/x`. */
  readonly package: string;
  /** The file's name, which is the only one in the package's sources. */
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Where it shows. */
  readonly place: Place;
}

type Change = readonly [file: string, from: string, to: string];

export function mutants(
  packageName: string,
  place: Place,
  changes: Readonly<Record<string, Change>>,
): Mutant[] {
  return Object.entries(changes).map(([name, [file, from, to]]) => ({
    name,
    package: packageName,
    file,
    from,
    to,
    place,
  }));
}
