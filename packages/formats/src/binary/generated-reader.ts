/** Code of a reader: functions named by numbers, and the constants that they use. It holds no text of a schema or a definition. */
export class GeneratedCode {
  readonly #functions: string[] = [];
  readonly #tables: string[] = [];
  readonly constants: unknown[] = [];
  #counts = 0;

  /** Adds a function of the bytes from `from` to `end` that gives the place behind; its name. */
  add(body: string, parameters = 'b, from, end, row'): string {
    const name = this.reserve();
    this.define(name, body, parameters);
    return name;
  }

  /** A name for a function that calls itself. */
  reserve(): string {
    this.#functions.push('');
    return `f${this.#functions.length - 1}`;
  }

  define(name: string, body: string, parameters: string): void {
    this.#functions[Number(name.slice(1))] = `function ${name}(${parameters}) {\n${body}\n}`;
  }

  /** The name of a list of functions. */
  table(functions: readonly string[]): string {
    this.#tables.push(`[${functions.join(', ')}]`);
    return `tables[${this.#tables.length - 1}]`;
  }

  /** The name of a value. */
  constant(value: unknown): string {
    this.constants.push(value);
    return `k[${this.constants.length - 1}]`;
  }

  /** The name of a number that begins at 0 for each value. */
  count(): string {
    return `t.counts[${this.#counts++}]`;
  }

  get counts(): number {
    return this.#counts;
  }

  /**
   * @param used what the code calls, by the names that it uses
   * @param root the function that reads a whole value
   */
  compile(used: Readonly<Record<string, unknown>>, root: string): ReadFunction {
    const text = `'use strict';\n${this.#functions.join('\n')}\nconst tables = [${this.#tables.join(', ')}];\nreturn ${root};`;
    const compiled = new Function('k', ...Object.keys(used), text) as (...args: unknown[]) => ReadFunction;
    return compiled(this.constants, ...Object.values(used));
  }
}

/** Reads the bytes up to `end` into the row; the place behind what was read, or none (binary-tokens.ts). */
export type ReadFunction = (bytes: Uint8Array, from: number, end: number, row: unknown[]) => number;

/** Reads the next part, and gives up where it cannot be read. */
export function step(read: string): string {
  return `p = ${read}; if (p < 0) return p;`;
}

/** Gives up where a value is not of its field's type. */
export function wrongUnless(condition: string, place: number): string {
  return `if (!(${condition})) { t.place = ${place}; return -2; }`;
}

export const INT64 = '(t.number === t.number ? t.number : t.integer)';
