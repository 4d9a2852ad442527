import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root directory. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The program that an installed package brings, as the path of its script. */
export const bin = (name) => join(ROOT, 'node_modules/.bin', name);
