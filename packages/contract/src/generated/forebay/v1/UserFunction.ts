// Original file: proto/forebay/v1/definitions.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

/**
 * A function of the user's own, for expressions of on-demand views.
 */
export interface UserFunctionInput {
  'name'?: (string);
  'parameters'?: (_forebay_v1_ValueTypeInput)[];
  'result'?: (_forebay_v1_ValueTypeInput);
  /**
   * The text of a JavaScript function of the parameters.
   */
  'source'?: (string);
  /**
   * A ClickHouse expression with {0}, {1} and so on for the arguments.
   */
  'sql'?: (string);
  'description'?: (string);
}

/**
 * A function of the user's own, for expressions of on-demand views.
 */
export interface UserFunctionMessage {
  'name': (string);
  'parameters': (_forebay_v1_ValueTypeMessage)[];
  'result': (_forebay_v1_ValueTypeMessage);
  /**
   * The text of a JavaScript function of the parameters.
   */
  'source': (string);
  /**
   * A ClickHouse expression with {0}, {1} and so on for the arguments.
   */
  'sql': (string);
  'description': (string);
}
