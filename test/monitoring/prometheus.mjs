/** A real Prometheus that scrapes the services of this machine. */
import { join } from 'node:path';
import { debianPackage } from '../../scripts/lib/debian-package.mjs';
import { ROOT } from '../../scripts/lib/root.mjs';
import { startWebProgram } from './web-program.mjs';

export const promtool = () => join(debianPackage('prometheus'), 'usr/bin/promtool');
export const amtool = () => join(debianPackage('prometheus-alertmanager'), 'usr/bin/amtool');

/**
 * With the rules of the chart, which it evaluates every second.
 * @param targets `host:port` by the name of a service
 */
export function startPrometheus(targets) {
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(ROOT, 'k8s/forebay/alerts/*.yaml')],
    scrape_configs: Object.entries(targets).map(([name, target]) => ({
      job_name: name,
      static_configs: [{ targets: [target] }],
    })),
  };
  const program = join(debianPackage('prometheus'), 'usr/bin/prometheus');
  // YAML has JSON in it
  return startWebProgram(program, JSON.stringify(configuration), ({ file, directory, listen }) => [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${listen}`,
    '--log.level=warn',
  ]);
}
