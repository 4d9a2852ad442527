import { copyFileSync, mkdirSync, constants as modes } from 'node:fs';
import { join, relative } from 'node:path';
import { ForebayError } from '@forebay/contract';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { EXIT, type ExitCode } from '../exit-codes';

export interface InitOptions {
  readonly yaml?: boolean;
}

/** From `src` and from `dist`. */
const TEMPLATES = join(__dirname, '..', '..', 'templates');

/** Writes a small project, where there is none. Throws `failed_precondition`, or `invalid_request` if it cannot be written. */
export async function initCommand(
  { output }: CommandContext,
  directory: string,
  options: InitOptions,
): Promise<ExitCode> {
  const name = options.yaml ? 'features.yaml' : 'features.ts';
  const file = join(directory, name);
  write(join(TEMPLATES, name), directory, file);
  const project = await loadProject(file);
  output.result({ file, project: project.name }, nextSteps(relative('', file)));
  return EXIT.ok;
}

function write(template: string, directory: string, file: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    copyFileSync(template, file, modes.COPYFILE_EXCL);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new ForebayError(
        'failed_precondition',
        `"${file}" is there already and stays as it is: name another directory, or move it away`,
        { cause: thrown },
      );
    }
    throw new ForebayError('invalid_request', `"${file}" cannot be written: ${message}`, { cause: thrown });
  }
}

function nextSteps(file: string): string {
  return `wrote ${file}

next:
  forebay dev --local ${file}
                                                  all services and servers here; prints what to export in another terminal
  forebay push --source orders --event '{"time": "<now, ISO 8601>", "id": "o1", "customer": "c1", "price": 20, "category": "books"}'
  forebay get --features customer_orders:orders_1h,customer_orders:spent_24h --key customer=c1
  forebay list                                    what is applied`;
}
