import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ForebayError } from '@forebay/contract';
import {
  compileProject,
  compileYamlProject,
  type Project,
  type ProjectDeclaration,
} from '@forebay/definitions';
import { createJiti } from 'jiti';

/** What the help of commands says of their file. */
export const DEFINITION_FILE_HELP =
  'definitions: a TypeScript or JavaScript module whose default export is a project, or a file in YAML';

const YAML_FILE = /\.ya?ml$/i;

/**
 * Loads a TypeScript or JavaScript module whose default export is a project, or a project in YAML, and compiles it.
 * Throws `invalid_definition`, or `invalid_request` for a file that is not there.
 */
export async function loadProject(file: string): Promise<Project> {
  const path = resolve(file);
  const place = `definitions "${file}"`;
  if (!existsSync(path)) throw new ForebayError('invalid_request', `${place}: there is no such file`);
  const isYaml = YAML_FILE.test(path);
  const exported = isYaml ? undefined : await importDefault(path, place);
  try {
    if (isYaml) return compileYamlProject(readFileSync(path, 'utf8'));
    return compileProject(exported as ProjectDeclaration);
  } catch (thrown) {
    throw ForebayError.from(thrown, place);
  }
}

async function importDefault(path: string, place: string): Promise<unknown> {
  try {
    // The file's packages are searched beside it, and then beside this command.
    const jiti = createJiti(path, { moduleCache: false, fsCache: false, alias: ownDefinitions() });
    return await jiti.import(path, { default: true });
  } catch (thrown) {
    if (thrown instanceof ForebayError) throw ForebayError.from(thrown, place);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ForebayError('invalid_definition', `${place}: ${message}`, { cause: thrown });
  }
}

/** Declarations are made with the functions of this command's own version. */
function ownDefinitions(): Record<string, string> {
  return { '@forebay/definitions': require.resolve('@forebay/definitions') };
}
