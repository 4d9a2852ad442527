import { shownName } from '../check-shape';
import { compileDeclared } from '../compile-project';
import type { Project } from '../model';
import { Problems } from '../problems';
import { declareProject } from './declare-project';
import { parseYaml } from './parse-yaml';

/**
 * Normalises and validates a project that is written in YAML; it means what the same options mean in TypeScript.
 * Throws `invalid_definition`: what is no YAML with line and column, or all problems of the definitions.
 */
export function compileYamlProject(text: string): Project {
  const document = parseYaml(text);
  const problems = new Problems();
  const title = `project ${shownName(document)}`;
  const declaration = declareProject(document, title, problems);
  const compiled = declaration === null ? null : compileDeclared(declaration, title, problems);
  problems.throwIfAny(title);
  return compiled as Project;
}
