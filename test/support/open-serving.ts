/** Serving without encryption and without credentials has to be asked for by name; tests of other things ask for it. */
export const OPEN_SERVING = {
  FOREBAY_SERVING_TRANSPORT: 'plaintext',
  FOREBAY_SERVING_AUTHENTICATION: 'none',
} as const;
