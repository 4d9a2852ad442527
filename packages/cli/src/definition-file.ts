import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { compileProject, type Project } from '@forebay/definitions';
import { ForebayError } from '@forebay/contract';
import { createJiti } from 'jiti';

type Declaration = Parameters<typeof compileProject>[0];

/** Loads a TypeScript or JavaScript module whose default export is a project, and compiles it. Throws `invalid_definition`. */
export async function loadProject(file: string): Promise<Project> {
  const path = resolve(file);
  if (!existsSync(path)) throw new ForebayError('invalid_request', `definitions "${file}": there is no such file`);
  let exported: unknown;
  try {
    exported = await createJiti(path, { moduleCache: false }).import(path, { default: true });
  } catch (thrown) {
    if (thrown instanceof ForebayError) throw thrown;
    throw new ForebayError('invalid_definition', `definitions "${file}": ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
  if (typeof exported !== 'object' || exported === null || !('name' in exported)) {
    throw new ForebayError('invalid_definition', `definitions "${file}": the default export is not a project; end the file with "export default project({ … })"`);
  }
  return compileProject(exported as Declaration);
}
