#!/usr/bin/env node
/**
 * `npm run guide`: follows docs/GUIDE.md literally. Its first block of commands is what the first terminal runs, `forebay dev` with servers of
 * its own; all others go into one shell, in order, which ends at the first command that fails. The exit code is that of the shell.
 * FOREBAY_GUIDE_LOGS=1 shows the services' logs, too.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

const READY_WITHIN_MS = 180_000;
const startedAt = performance.now();

/** The blocks of commands, with the heading that each stands under. */
function blocksOf(text) {
  const blocks = [];
  let heading = '';
  for (const [part, title, commands] of text.matchAll(/^## (.+)$|^```sh\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (part !== '') blocks.push({ heading, commands });
  }
  return blocks;
}

/** Resolves with the lines `export …` of `forebay dev`. */
function untilReady(dev) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`forebay dev is not ready:\n${said}`)), READY_WITHIN_MS);
    dev.stdout.on('data', (bytes) => {
      said += bytes;
      if (!said.includes('Ctrl-C stops everything')) return;
      clearTimeout(timer);
      resolve(said.match(/^ {2}export .+$/gm).join('\n'));
    });
    dev.once('exit', () => reject(new Error(`forebay dev ended:\n${said}`)));
  });
}

async function main() {
  ensureInstalled();
  if (spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) return 1;
  const [first, ...others] = blocksOf(readFileSync(join(ROOT, 'docs/GUIDE.md'), 'utf8'));
  // packages are installed and built; what is left of the first terminal is the services
  const [, program, ...args] = first.commands.trim().split('\n').at(-1).split(' ');
  const dev = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', process.env.FOREBAY_GUIDE_LOGS === '1' ? 'inherit' : 'ignore'],
  });
  try {
    const exports = await untilReady(dev);
    const shown = others.map(({ heading, commands }, i) => {
      const title = others[i - 1]?.heading === heading ? '' : `\n## ${heading}\n`;
      return `cat <<'SHOWN'\n${title}\n${commands}SHOWN\n${commands}`;
    });
    const script = ['set -euo pipefail', exports, ...shown].join('\n');
    const shell = spawn('bash', ['-s'], { cwd: ROOT, stdio: ['pipe', 'inherit', 'inherit'] });
    shell.stdin.end(script);
    const [code] = await once(shell, 'exit');
    console.log(
      `\nguide: ${code === 0 ? 'followed to its end' : `ended with ${code}`}, ${Math.round((performance.now() - startedAt) / 1000)} s`,
    );
    return code ?? 1;
  } finally {
    dev.kill('SIGINT');
    if (dev.exitCode === null) await once(dev, 'exit');
  }
}

process.exitCode = await main();
