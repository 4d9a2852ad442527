import { compileClosure } from './compile-closure';
import { expressionError, type Source } from './expression-error';
import type { Call, LiteralParameter, Signature } from './function-spec';
import { CALLABLE_NAMES, FUNCTIONS, functionSpec } from './function-table';
import { listItems } from './list-items';
import { type Match, matchSignatures } from './signature-match';
import { callPattern, describeSignature, displayName } from './signature-text';
import type { Syntax } from './syntax';
import { nearestWord } from './text';
import type { Typed } from './typed';
import type { ExpressionFunction } from './user-function/expression-function';
import type { Column, ExpressionType, Value } from './value';

/** Resolves names, checks types, widens ints to doubles and folds constants. Throws ForebayError `invalid_definition`. */
export function checkExpression(
  source: Source,
  syntax: Syntax,
  columns: readonly Column[],
  functions: readonly ExpressionFunction[],
): Typed {
  const checker = new Checker(source, columns, functions);
  const typed = checker.check(syntax);
  if (typed.type === 'null') {
    throw expressionError(
      source,
      syntax.at,
      'the expression is nothing but null; give it a value of some type',
    );
  }
  return typed;
}

class Checker {
  private readonly indexes: ReadonlyMap<string, number>;

  constructor(
    private readonly source: Source,
    private readonly columns: readonly Column[],
    private readonly functions: readonly ExpressionFunction[],
  ) {
    this.indexes = new Map(columns.map(({ name }, index) => [name, index]));
  }

  check(syntax: Syntax): Typed {
    switch (syntax.kind) {
      case 'literal':
        return { kind: 'literal', type: syntax.type, value: syntax.value } as Typed;
      case 'column':
        return this.column(syntax.name, syntax.at);
      case 'list':
        throw this.error(syntax.at, 'a list stands only on the right of "in"; write x in [a, b]');
      case 'call':
        return this.call(syntax.name, syntax.args, syntax.at);
    }
  }

  private column(name: string, at: number): Typed {
    const index = this.indexes.get(name);
    if (index !== undefined)
      return { kind: 'column', type: (this.columns[index] as Column).type, name, index };
    const names = this.columns.map((column) => column.name);
    throw this.error(
      at,
      `unknown column "${name}"${suggestion(name, names)}; the columns are ${names.join(', ') || 'none'}`,
    );
  }

  private call(name: string, syntaxes: readonly Syntax[], at: number): Typed {
    const signatures = this.signatures(name);
    if (signatures === null) {
      const names = [...this.functions.map((own) => own.name), ...CALLABLE_NAMES];
      const hint = suggestion(name, names);
      throw this.error(at, `unknown function "${name}"${hint}; the functions are ${names.join(', ')}`);
    }
    const operands = syntaxes.map((syntax) => (syntax.kind === 'list' ? null : this.check(syntax)));
    const match = matchSignatures(
      signatures,
      operands.map((operand) => operand?.type ?? 'list'),
    );
    if (match === null) throw this.mismatch(name, signatures, operands, at);
    const literals = this.literals(match, operands, syntaxes);
    const args: Typed[] = [];
    operands.forEach((operand, i) => {
      if (operand !== null && !isLiteralParameter(match, i))
        args.push(brought(operand, match.argumentTypes[i] ?? null));
    });
    const items = this.items(operands[0] ?? null, syntaxes[1]);
    const argumentTypes = args.map((argument) => argument.type as ExpressionType);
    return built(match, args, { type: match.result, argumentTypes, literals, items });
  }

  private signatures(name: string): readonly Signature[] | null {
    const own = this.functions.find((candidate) => candidate.name === name);
    return own === undefined ? (functionSpec(name)?.signatures ?? null) : [own.signature];
  }

  private mismatch(
    name: string,
    signatures: readonly Signature[],
    operands: readonly (Typed | null)[],
    at: number,
  ): Error {
    const given = callPattern(
      name,
      operands.map((operand) => operand?.type ?? 'list'),
    );
    const taken = signatures.map((signature) => describeSignature(name, signature));
    const what = `"${displayName(name)}" does not take ${given}; it takes ${taken.join(' or ')}`;
    return this.error(at, `${what}; convert with int(x), double(x) or string(x) where that is meant`);
  }

  private literals(match: Match, operands: readonly (Typed | null)[], syntaxes: readonly Syntax[]): Value[] {
    const literals: Value[] = [];
    match.parameters.forEach((parameter, i) => {
      if (typeof parameter !== 'object' || !('literal' in parameter)) return;
      const at = (syntaxes[i] as Syntax).at;
      literals.push(this.literal(parameter, operands[i] as Typed, at));
    });
    return literals;
  }

  private literal(parameter: LiteralParameter, operand: Typed, at: number): Value {
    if (operand.kind !== 'literal' || operand.value === null) {
      throw this.error(
        at,
        `${parameter.name} is read when the expression is compiled; write a ${parameter.literal} literal`,
      );
    }
    const problem = parameter.problem(operand.value);
    if (problem !== null) throw this.error(at, problem);
    return operand.value;
  }

  private items(left: Typed | null, list: Syntax | undefined): readonly Value[] {
    if (left === null || list?.kind !== 'list') return [];
    const typed = list.items.map((item) => this.check(item));
    const items = listItems(left.type as ExpressionType, typed);
    if (items !== null) return items;
    const wrong = typed.findIndex((item) => listItems(left.type as ExpressionType, [item]) === null);
    const item = typed[wrong] as Typed;
    const what =
      item.kind === 'literal' && item.value !== null ? `is of type ${item.type}` : 'is not a literal';
    throw this.error(
      (list.items[wrong] as Syntax).at,
      `item ${wrong + 1} of the list ${what}; give literals of type ${left.type}, and test for null with "== null"`,
    );
  }

  private error(at: number, what: string): Error {
    return expressionError(this.source, at, what);
  }
}

function suggestion(name: string, names: readonly string[]): string {
  const nearest = nearestWord(name, names);
  return nearest === null ? '' : ` (did you mean "${nearest}"?)`;
}

function isLiteralParameter(match: Match, index: number): boolean {
  const parameter = match.parameters[index];
  return typeof parameter === 'object' && 'literal' in parameter;
}

/** The operand as a value of the type: an int becomes a double, the literal null gets a type. */
function brought(operand: Typed, type: ExpressionType | null): Typed {
  if (type === null || operand.type === type) return operand;
  if (operand.type === 'null') return { kind: 'literal', type, value: null };
  const signature = FUNCTIONS.double.signatures[0];
  return built({ signature, result: 'double' }, [operand], {
    type: 'double',
    argumentTypes: ['int'],
    literals: [],
    items: [],
  });
}

/** A call, or its value where all of it is constant. */
function built(match: Pick<Match, 'signature' | 'result'>, args: readonly Typed[], call: Call): Typed {
  const { signature, result } = match;
  const typed: Typed = { kind: 'call', type: result, signature, args, call };
  if (!args.every((argument) => argument.kind === 'literal')) return typed;
  return { kind: 'literal', type: result, value: compileClosure(typed)([]) };
}
