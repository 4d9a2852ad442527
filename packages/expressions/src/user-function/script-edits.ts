import type { BlockStatement, Expression, MemberExpression, Node, Statement } from 'acorn';

/** The names of the helpers that a compiled script is given begin with it. */
export const RESERVED = '$forebay';
export const INDEXED = '$forebayIndexed';
export const INDEX = '$forebayIndex';
export const DATA = '$forebayData';
export const STEP = '$forebayStep';

/**
 * The places where a script is made to check at run time what cannot be seen in its text: that only arrays and strings
 * are indexed, and only by numbers, that methods are called and never held, and that it comes to an end. `inside` visits what the edit goes around.
 */
export class ScriptEdits {
  private readonly insertions: { readonly at: number; readonly text: string }[] = [];

  /** `a[i]` as `indexed(a)[index(i)]`. */
  index(node: MemberExpression, object: () => void, property: () => void): void {
    this.around(node.object, `${INDEXED}(`, ')', object);
    this.around(node.property, `${INDEX}(`, ')', property);
  }

  /** `a.b` as `data(a.b)`. */
  read(node: MemberExpression, inside: () => void): void {
    this.around(node, `${DATA}(`, ')', inside);
  }

  /** Counts a call of the function with this body. */
  countCall(body: BlockStatement | Expression, inside: () => void): void {
    if (body.type === 'BlockStatement') {
      this.insertions.push({ at: body.start + 1, text: `${STEP}();` });
      inside();
    } else {
      this.around(body, `(${STEP}(),`, ')', inside);
    }
  }

  /** Counts a turn of the loop with this body. */
  countTurn(body: Statement, inside: () => void): void {
    this.around(body, `{${STEP}();`, '}', inside);
  }

  /** The text with all that was inserted. */
  applied(text: string): string {
    const ordered = [...this.insertions].sort((a, b) => a.at - b.at);
    let from = 0;
    let edited = '';
    for (const { at, text: inserted } of ordered) {
      edited += text.slice(from, at) + inserted;
      from = at;
    }
    return edited + text.slice(from);
  }

  private around(node: Node, before: string, after: string, inside: () => void): void {
    this.insertions.push({ at: node.start, text: before });
    inside();
    this.insertions.push({ at: node.end, text: after });
  }
}
