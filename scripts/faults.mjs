#!/usr/bin/env node
/**
 * `npm run faults -- [--only TEXT,…] [--times N] [--seed S] [--short]`: builds, then breaks services and servers while events are read,
 * and compares every value and the archive with what was sent. The last line is one JSON object; the exit code is 1 if something differed.
 */
import { runCompiled } from './lib/run-compiled.mjs';

runCompiled('test/faults/main.js');
