#!/usr/bin/env node
/** Before and after the contract's package is packed: puts a copy of proto/ into it, and removes it again. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';

const copy = join(ROOT, 'packages/contract/proto');
const [what] = process.argv.slice(2);
if (what !== 'put' && what !== 'remove') throw new Error(`give "put" or "remove", not ${what}`);
rmSync(copy, { recursive: true, force: true });
if (what === 'put') cpSync(join(ROOT, 'proto'), copy, { recursive: true });
