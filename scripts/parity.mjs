#!/usr/bin/env node
/**
 * `npm run parity -- [--comparisons N] [--seed S] [--place memory|servers|pairs|enriched]`: builds, then compares so many values of every path
 * with the oracle's; `--mutants [--only TEXT]` breaks the engine in small ways, each of which the comparison must find. The last
 * line is one JSON object; the exit code is 1 if something differed, or if a mutant was not found.
 */
import { runCompiled } from './lib/run-compiled.mjs';

runCompiled('test/parity/main.js');
