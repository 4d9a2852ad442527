import type { Call, Signature } from './function-spec';
import type { NullType } from './syntax';
import type { ExpressionType, Value } from './value';

/** An expression whose names are resolved and whose types fit; constant parts are folded into literals. */
export type Typed =
  | { readonly kind: 'literal'; readonly type: ExpressionType; readonly value: Value }
  /** `null` where nothing has given it a type yet. */
  | { readonly kind: 'literal'; readonly type: NullType; readonly value: null }
  | { readonly kind: 'column'; readonly type: ExpressionType; readonly name: string; readonly index: number }
  | {
      readonly kind: 'call';
      readonly type: ExpressionType;
      readonly signature: Signature;
      /** The arguments that are values; literal parameters and lists are in `call`. */
      readonly args: readonly Typed[];
      readonly call: Call;
    };
