#!/usr/bin/env node
/**
 * `npm run test:upgrade -- [--from REF] [--only versions|codecs] [--seed S]`: builds this version and another one of the repository's history, then upgrades an installation
 * from one to the other and back under load, and compares every value and every answer. The last line is one JSON object; the exit code is 1 if
 * a call failed or something differed.
 */
import { runCompiled } from './lib/run-compiled.mjs';

runCompiled('test/upgrade/main.js');
