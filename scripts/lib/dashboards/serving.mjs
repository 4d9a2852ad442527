import { CALLS, one, rate, several, timing } from './panels.mjs';

const HTTP = 'http_server_request_duration_seconds';
/** The budgets: shares of the calls, and of the reads. */
const FAILED_CALLS = 0.001;
const SLOW_READS = 0.01;

export const SERVING = {
  title: 'Forebay: serving',
  rows: {
    Calls: [
      one('Calls by method', 'reqps', rate(`${CALLS}_count`, ['rpc_method']), '{{rpc_method}}'),
      one(
        'Calls by status',
        'reqps',
        rate(`${CALLS}_count`, ['rpc_response_status_code']),
        '{{rpc_response_status_code}}',
      ),
      several(
        'How fast budgets burn (1: gone in thirty days)',
        'short',
        [`forebay:failed_calls:ratio_rate1h / ${FAILED_CALLS}`, 'errors, last hour'],
        [`forebay:slow_reads:ratio_rate1h / ${SLOW_READS}`, 'latency, last hour'],
        [`forebay:failed_calls:ratio_rate3d / ${FAILED_CALLS}`, 'errors, last three days'],
        [`forebay:slow_reads:ratio_rate3d / ${SLOW_READS}`, 'latency, last three days'],
      ),
      timing('Duration', CALLS, ['rpc_method']),
      one('In flight', 'short', 'sum by (rpc_method) (forebay_requests_in_flight)', '{{rpc_method}}'),
      timing('Entity rows of a call', 'forebay_request_entities', ['feature_service']),
    ],
    Values: [
      one('Values by status', 'cps', rate('forebay_feature_values_total', ['status']), '{{status}}'),
      one(
        'Values by view',
        'cps',
        rate('forebay_feature_values_total', ['project', 'view']),
        '{{project}}.{{view}}',
      ),
      one('Registry', 'short', 'max by (instance) (forebay_registry_version)', '{{instance}}'),
    ],
    'Refused, dropped': [
      several(
        'Calls that are refused',
        'reqps',
        [rate('forebay_requests_shed_total', ['rpc_method']), '{{rpc_method}}, overload'],
        [rate('forebay_denied_calls_total', ['rpc_method', 'reason']), '{{rpc_method}}, {{reason}}'],
      ),
      several(
        'Rows of the served log',
        'cps',
        [rate('forebay_served_log_rows_total', ['table']), '{{table}} inserted'],
        [rate('forebay_served_log_dropped_total', ['table', 'reason']), '{{table}} dropped: {{reason}}'],
        [rate('forebay_served_log_insert_failures_total', ['table']), '{{table}} attempts that fail'],
      ),
      several(
        'Pushed events',
        'eps',
        [rate('forebay_pushed_events_total', ['project', 'source']), '{{project}}.{{source}}'],
        [
          rate('forebay_push_refused_events_total', ['project', 'source', 'reason']),
          '{{project}}.{{source}} refused: {{reason}}',
        ],
      ),
      several("Feast's HTTP", 'reqps', [
        rate(`${HTTP}_count`, ['http_route', 'http_response_status_code']),
        '{{http_route}} {{http_response_status_code}}',
      ]),
      several('DEGRADED values given to clients of Feast', 'cps', [
        rate('forebay_feast_degraded_values_total', ['project', 'view', 'given_as']),
        '{{project}}.{{view}} as {{given_as}}',
      ]),
      several(
        'Memory of what waits',
        'bytes',
        ['sum(forebay_served_log_memory_bytes)', 'served log'],
        ['sum(forebay_push_waiting_bytes)', 'pushed events'],
      ),
    ],
    Processes: [
      one('Event loop', 'percentunit', 'nodejs_eventloop_utilization_ratio', '{{instance}} {{process}}'),
      one('Processor', 'percentunit', 'rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}'),
      one('Memory', 'bytes', 'process_resident_memory_bytes', '{{instance}} {{process}}'),
    ],
  },
};
