import { spawnSync } from 'node:child_process';

/** Runs a program to its end; throws with what it said if it fails. @returns {string} its standard output */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.error)
    throw new Error(
      `${command}: ${result.error.message}; ${command === 'go' ? 'install Go 1.24 or later' : 'install it'}`,
    );
  if (result.status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.status}:\n${result.stderr}${result.stdout}`,
    );
  return result.stdout;
}
