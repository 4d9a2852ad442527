import { readFeatureReference } from './feature-references';
import { Form, type FormMistake, readForm } from './form';
import type { FeastRequest } from './request';

/**
 * Reads the JSON body of `POST /get-online-features`, integers beyond 2^53 exactly. Fields that it does not know are skipped,
 * as Feast does. Throws `invalid_request` for a feature that is not named as one.
 */
export function readJsonRequest(text: string): FeastRequest | readonly FormMistake[] {
  const form = readForm(text);
  if (!(form instanceof Form)) return form;
  const service = form.text('feature_service');
  const features = form.texts('features');
  const entities = form.columns('entities', true);
  const requestContext = form.columns('request_context', false);
  const fullFeatureNames = form.flag('full_feature_names');
  const includeViewVersions = form.flag('include_feature_view_version_metadata');
  if (form.mistakes.length > 0) return form.mistakes;
  const selection: FeastRequest['selection'] =
    service !== ''
      ? { kind: 'service', featureService: service }
      : features === null
        ? { kind: 'none' }
        : { kind: 'features', features: features.map(readFeatureReference) };
  return { selection, entities, requestContext, fullFeatureNames, includeViewVersions };
}
