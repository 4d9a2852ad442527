/**
 * The dashboards of Grafana, each as rows of panels. A panel is a title, a unit and its queries with what each line is called; `npm run
 * test:monitoring` asks a Prometheus that scrapes running services each of them, and each has to have data.
 */
import { BATCH } from './batch.mjs';
import { FEATURE_VIEW } from './feature-view.mjs';
import { OVERVIEW } from './overview.mjs';
import { SERVING } from './serving.mjs';
import { STREAM } from './stream.mjs';

export const DASHBOARDS = {
  overview: OVERVIEW,
  serving: SERVING,
  stream: STREAM,
  batch: BATCH,
  'feature-view': FEATURE_VIEW,
};
