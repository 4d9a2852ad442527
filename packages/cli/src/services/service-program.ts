import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ForebayError } from '@forebay/contract';

/** In the order in which they are started. */
export const SERVICE_NAMES = ['serving', 'stream', 'batch'] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Sources are read before what answers from them stops: nothing that was read is left without its flush. */
export const STOP_ORDER: readonly ServiceName[] = ['stream', 'batch', 'serving'];

/** The way to the project's root is the same from `src` and from `dist`. */
const ROOT = resolve(__dirname, '..', '..', '..', '..');

/** Where the local stack keeps its programs and data. */
export const HOME_DIR = resolve(ROOT, '.forebay');

/** The compiled program of a service. Throws `failed_precondition` when it is not built. */
export function serviceProgram(name: ServiceName): string {
  const path = resolve(ROOT, 'services', name, 'dist', 'main.js');
  if (existsSync(path)) return path;
  throw new ForebayError('failed_precondition', `services/${name} is not built: run "npm run build"`);
}
