import { ForebayError } from '@forebay/contract';
import type { FeatureReference } from '@forebay/definitions';

/** `view:feature`, `view@v2:feature` (Feast's way to write a version), `view@2:feature` or `view@latest:feature`. */
const REFERENCE = /^([^:@]+)(?:@(?:[vV]?(\d{1,9})|[lL][aA][tT][eE][sS][tT]|))?:([^:@]+)$/;

const SHOWN = 100;

/** Reads a reference; version 0 is the newest. Throws `invalid_request`. */
export function readFeatureReference(text: string): FeatureReference {
  const match = REFERENCE.exec(text);
  if (match === null) {
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    throw new ForebayError(
      'invalid_request',
      `feature "${shown}": a feature is named as view:feature or view@v2:feature`,
    );
  }
  const [, view, version, feature] = match;
  return { view: view as string, version: Number(version ?? 0), feature: feature as string };
}

/** As Feast names a view: its version stands there only if the request names one. */
export const fullName = ({ view, version, feature }: FeatureReference) =>
  version === 0 ? `${view}__${feature}` : `${view}@v${version}__${feature}`;
