import type { QualityRule } from '@forebay/definitions';
import { checkText } from '@forebay/profiles';

/** The rules of a source or view, one line each; none where none is declared. */
export function ruleLines({ quality = [] }: { readonly quality?: readonly QualityRule[] }): string[] {
  return quality.map(({ name, severity, check, tolerance }) => {
    const share = tolerance === 0 ? '' : `, but for ${tolerance * 100} % of the rows`;
    return `quality rule ${name} (${severity}): ${checkText(check)}${share}`;
  });
}
