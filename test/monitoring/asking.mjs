/** What a Prometheus is asked: the queries of dashboards, until each has data, and the alerts, all the time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DASHBOARDS } from '../../scripts/lib/dashboards/all.mjs';

/** Rates look back so far; so long there has to be traffic first. */
const INTERVAL = '20s';
const ASK_AGAIN_MS = 1_000;

/** Every query of the dashboards, with its variables replaced. */
const queries = () =>
  Object.entries(DASHBOARDS).flatMap(([dashboard, { rows }]) =>
    Object.values(rows)
      .flat()
      .flatMap(({ title, queries: lines }) =>
        lines.map(([expr, legend]) => ({
          name: `${dashboard}: ${title} (${legend})`,
          query: expr.replaceAll('$__rate_interval', INTERVAL).replaceAll(/\$(project|view)/g, '.*'),
        })),
      ),
  );

export class Asking {
  /** Queries without an answer, each with what is wrong. */
  open = queries().map((each) => ({ ...each, fault: 'not asked' }));
  /** By the name of an alert, its states so far. */
  alerts = new Map();
  /** Its states at the last look. */
  now = new Map();
  /** How often alerts were looked at. */
  looks = 0;
  #prometheus;
  #onAnswered;
  #isOn = true;
  #running;

  /** @param onAnswered told the name of each query that has data */
  constructor(prometheus, onAnswered) {
    this.#prometheus = prometheus;
    this.#onAnswered = onAnswered;
    this.#running = this.#run();
    this.#running.catch(() => {});
  }

  /** Throws what went wrong. */
  async stop() {
    this.#isOn = false;
    await this.#running;
  }

  /** Waits until a look has found it so. Returns what is missing, or null. */
  async until(missing, withinMs) {
    const end = performance.now() + withinMs;
    for (;;) {
      const what = missing();
      if (what === null || performance.now() > end) return what;
      await sleep(ASK_AGAIN_MS);
    }
  }

  /** Until the queries of this panel, named with its dashboard, have had data; whether they have is seen in the end. */
  untilAnswered(panel, withinMs) {
    return this.until(() => this.open.find(({ name }) => name.startsWith(`${panel} (`)) ?? null, withinMs);
  }

  async #run() {
    while (this.#isOn) {
      await this.#askQueries();
      await this.#askAlerts();
      await sleep(ASK_AGAIN_MS);
    }
  }

  async #askQueries() {
    for (const each of this.open) each.fault = await this.#faultOf(each.query);
    for (const { name } of this.open.filter(({ fault }) => fault === null)) this.#onAnswered(name);
    this.open = this.open.filter(({ fault }) => fault !== null);
  }

  /** Null: it has data. */
  async #faultOf(query) {
    const { status, data, error } = await this.#prometheus.ask('/api/v1/query', { query });
    if (status !== 'success') return `${error}: ${query}`;
    return data.result.length > 0 ? null : `no series: ${query}`;
  }

  async #askAlerts() {
    const { data } = await this.#prometheus.ask('/api/v1/alerts');
    this.looks++;
    this.now = new Map();
    for (const { labels, state } of data.alerts) {
      for (const seen of [this.alerts, this.now]) {
        const states = seen.get(labels.alertname) ?? new Set();
        seen.set(labels.alertname, states.add(state));
      }
    }
  }
}
