/** What telemetry costs: services of the same values, one that counts nothing, one as it is, one that sends metrics and logs, one that traces. */
import { join } from 'node:path';
import { OtlpReceiver } from '../../support/otlp-receiver';
import type { BenchCase, Target } from '../report';
import { CASES, IN_FLIGHT, openAt } from './cases';
import type { ServingInstallation } from './installation';
import { interleaved, type PairTimes, refusedIn } from './interleaved';

const MEASURED = ['1 × 50 latest', '1 × 50 windowed, typical'];
/** Metrics may cost 3 %. */
const AT_LEAST_WITH_METRICS = 0.97;
const SAMPLED = '0.01';

interface Variant {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly target: Target | null;
}

export async function costOfTelemetry(
  installation: ServingInstallation,
  rounds: number,
): Promise<BenchCase[]> {
  const collector = await OtlpReceiver.start();
  try {
    const bare = await installation.startAnother({
      NODE_OPTIONS: `--require ${join(__dirname, 'no-metrics-preload.js')}`,
    });
    const variants: readonly Variant[] = [
      { name: 'metrics', environment: {}, target: { atLeast: AT_LEAST_WITH_METRICS } },
      {
        name: 'metrics, sent every second, and logs',
        environment: {
          FOREBAY_OTLP_ENDPOINT: collector.url,
          FOREBAY_OTLP_SIGNALS: 'metrics,logs',
          FOREBAY_OTLP_METRICS_INTERVAL: '1s',
        },
        target: { atLeast: AT_LEAST_WITH_METRICS },
      },
      {
        name: 'metrics, and traces of 1 %',
        environment: {
          FOREBAY_OTLP_ENDPOINT: collector.url,
          FOREBAY_OTLP_SIGNALS: 'traces',
          FOREBAY_TRACE_SAMPLE_RATIO: SAMPLED,
        },
        target: null,
      },
    ];
    const report: BenchCase[] = [];
    for (const variant of variants) {
      const service = await installation.startAnother(variant.environment);
      report.push(...(await beside(installation, { variant, service, bare, rounds })));
    }
    for (const received of ['spans', 'points', 'logs'] as const) {
      report.push({
        case: `${received} received`,
        value: collector[received].length,
        unit: received,
        target: { atLeast: 1 },
      });
    }
    return report;
  } finally {
    collector.close();
  }
}

interface Serving {
  readonly pid: number;
  readonly port: number;
}

async function beside(
  installation: ServingInstallation,
  { variant, service, bare, rounds }: { variant: Variant; service: Serving; bare: Serving; rounds: number },
): Promise<BenchCase[]> {
  const cases = CASES.filter(({ name }) => MEASURED.includes(name));
  const pairs = [];
  for (const each of cases) {
    const name = `${variant.name}: ${each.name}`;
    const [ours, ceiling] = [`${name}, with`, `${name}, without`];
    await openAt(installation, each, { name: ours, port: service.port });
    await openAt(installation, each, { name: ceiling, port: bare.port });
    pairs.push({ name, ours, ceiling, inFlight: IN_FLIGHT });
  }
  const processes = { ours: service.pid, ceiling: bare.pid };
  const times = await interleaved(installation.client, processes, pairs, rounds);
  const rows = pairs.map(({ name }) => rowOf(name, times.get(name) as PairTimes, variant.target));
  return [...rows, refusedIn(variant.name, times.values())];
}

function rowOf(name: string, times: PairTimes, target: Target | null): BenchCase {
  const spread = `${times.lowest.toFixed(2)} to ${times.highest.toFixed(2)}`;
  const us = `${times.ceilingUs.toFixed(1)} / ${times.oursUs.toFixed(1)} µs`;
  return { case: name, ratio: times.ratio, unit: `of the same without (${spread}); ${us}`, target };
}
