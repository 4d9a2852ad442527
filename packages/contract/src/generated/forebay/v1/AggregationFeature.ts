// Original file: proto/forebay/v1/definitions.proto

import type { WindowInput as _forebay_v1_WindowInput, WindowMessage as _forebay_v1_WindowMessage } from '../../forebay/v1/Window';
import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

export interface AggregationFeatureInput {
  'name'?: (string);
  /**
   * A name of the closed table of operations.
   */
  'operation'?: (string);
  /**
   * CEL over the source's fields and the view's derived columns; empty: the operation counts rows.
   */
  'input'?: (string);
  'filter'?: (string);
  'window'?: (_forebay_v1_WindowInput | null);
  /**
   * Parameters of the operation, such as n of last_n.
   */
  'parameters'?: ({[key: string]: number | string});
  'type'?: (_forebay_v1_ValueTypeInput);
  'description'?: (string);
  /**
   * CEL: the category of an event, for operations by category.
   */
  'by'?: (string);
}

export interface AggregationFeatureMessage {
  'name': (string);
  /**
   * A name of the closed table of operations.
   */
  'operation': (string);
  /**
   * CEL over the source's fields and the view's derived columns; empty: the operation counts rows.
   */
  'input': (string);
  'filter': (string);
  'window': (_forebay_v1_WindowMessage | null);
  /**
   * Parameters of the operation, such as n of last_n.
   */
  'parameters': ({[key: string]: number});
  'type': (_forebay_v1_ValueTypeMessage);
  'description': (string);
  /**
   * CEL: the category of an event, for operations by category.
   */
  'by': (string);
}
