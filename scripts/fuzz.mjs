#!/usr/bin/env node
/**
 * `npm run fuzz -- [--inputs N] [--seed S] [--only TEXT]`: builds, then gives so many changed inputs to all that reads bytes
 * from outside. The last line is one JSON object; the exit code is 1 if something happened that must not.
 */
import { runCompiled } from './lib/run-compiled.mjs';

runCompiled('test/fuzz/main.js', ['--expose-gc']);
