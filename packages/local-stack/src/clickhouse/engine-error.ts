/** ClickHouse's error codes that this server raises itself or answers with a status of its own. */
export const ERROR_CODES = {
  badArguments: 36,
  notImplemented: 48,
  unknownSetting: 115,
  queryWithSameIdIsRunning: 216,
  unknownException: 1002,
} as const;

/** An error with ClickHouse's number and text: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export class EngineError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }

  /** Total: any thrown value. */
  static from(thrown: unknown): EngineError {
    if (thrown instanceof EngineError) return thrown;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const message = text.replace(/^.*?(?=Code: \d+\.)/s, '');
    const code = Number(/^Code: (\d+)\./.exec(message)?.[1] ?? ERROR_CODES.unknownException);
    return new EngineError(
      code,
      message.startsWith('Code: ') ? message : formatMessage(code, message, 'UNKNOWN_EXCEPTION'),
    );
  }

  /** An error of this server, in the engine's form. */
  static raise(code: number, name: string, message: string): EngineError {
    return new EngineError(code, formatMessage(code, message, name));
  }
}

function formatMessage(code: number, message: string, name: string): string {
  return `Code: ${code}. DB::Exception: ${message}. (${name})`;
}

const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const REQUEST_TIMEOUT = 408;
const SERVER_ERROR = 500;
const NOT_IMPLEMENTED = 501;

/** The HTTP statuses that a ClickHouse server gives; every other code is 500. */
const STATUS_OF_CODE: Readonly<Record<number, number>> = {
  6: BAD_REQUEST, // CANNOT_PARSE_TEXT
  27: BAD_REQUEST, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  36: BAD_REQUEST, // BAD_ARGUMENTS
  38: BAD_REQUEST, // CANNOT_PARSE_DATE
  41: BAD_REQUEST, // CANNOT_PARSE_DATETIME
  46: NOT_FOUND, // UNKNOWN_FUNCTION
  47: NOT_FOUND, // UNKNOWN_IDENTIFIER
  48: NOT_IMPLEMENTED, // NOT_IMPLEMENTED
  53: BAD_REQUEST, // TYPE_MISMATCH
  60: NOT_FOUND, // UNKNOWN_TABLE
  62: BAD_REQUEST, // SYNTAX_ERROR
  81: NOT_FOUND, // UNKNOWN_DATABASE
  107: NOT_FOUND, // FILE_DOESNT_EXIST
  115: NOT_FOUND, // UNKNOWN_SETTING
  117: BAD_REQUEST, // INCORRECT_DATA
  159: REQUEST_TIMEOUT, // TIMEOUT_EXCEEDED
};

export function httpStatus(error: EngineError): number {
  return STATUS_OF_CODE[error.code] ?? SERVER_ERROR;
}
