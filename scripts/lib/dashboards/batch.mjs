import { increase, one, rate, several, timing } from './panels.mjs';

const OF_VIEW = '{{project}}.{{view}}';

export const BATCH = {
  title: 'Forebay: batch',
  rows: {
    Jobs: [
      one(
        'Attempts that ended, by the hour',
        'short',
        increase('forebay_jobs_total', ['job', 'outcome'], '1h'),
        '{{job}} {{outcome}}',
      ),
      one('Waiting', 'short', 'max by (queue) (forebay_jobs_waiting)', '{{queue}}'),
      one(
        'Runs that did not come',
        'short',
        'max by (job, project, view) (forebay_schedule_missed_runs)',
        `{{job}} ${OF_VIEW}`,
      ),
      timing('Duration', 'forebay_job_duration_seconds', ['job']),
      one(
        'Chunks',
        'short',
        increase('forebay_job_chunks_total', ['job', 'outcome'], '1h'),
        '{{job}} {{outcome}}',
      ),
      one('Values written', 'cps', rate('forebay_materialize_values_total', ['project', 'view']), OF_VIEW),
    ],
    'Right and alike': [
      one('Age of cuts', 's', 'max by (project, view) (forebay_cut_age_seconds)', OF_VIEW),
      one(
        'Verified values, last day',
        'short',
        increase('forebay_verified_values_total', ['project', 'view', 'outcome'], '1d'),
        `${OF_VIEW} {{outcome}}`,
      ),
      one(
        'Rules of quality, last day',
        'short',
        increase('forebay_quality_checks_total', ['project', 'subject', 'rule', 'outcome'], '1d'),
        '{{subject}} {{rule}} {{outcome}}',
      ),
      one(
        'Skew: share of what was served that differs',
        'percentunit',
        'max by (project, view, feature) (forebay_served_skew_ratio)',
        '{{view}}:{{feature}}',
      ),
      one(
        'Verified values of what was served, last day',
        'short',
        increase('forebay_served_verified_values_total', ['project', 'view', 'outcome'], '1d'),
        `${OF_VIEW} {{outcome}}`,
      ),
      one(
        'Drift (PSI)',
        'short',
        'max by (project, view, feature) (forebay_profile_drift{distance="psi"})',
        '{{view}}:{{feature}}',
      ),
    ],
    Servers: [
      one('Memory of Redis', 'percentunit', 'max(forebay_redis_memory_ratio)', 'used'),
      one('Memory of views', 'bytes', 'max by (project, view) (forebay_redis_view_bytes)', OF_VIEW),
      several('Events of lineage, by the hour', 'short', [
        increase('forebay_lineage_events_total', ['outcome'], '1h'),
        '{{outcome}}',
      ]),
      one('Processor', 'percentunit', 'rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}'),
    ],
  },
};
