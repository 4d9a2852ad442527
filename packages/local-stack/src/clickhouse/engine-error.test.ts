import { EngineError, httpStatus } from './engine-error';

test('the code is read from the text of the engine, whatever stands before it', () => {
  const error = EngineError.from(
    new Error("Query failed: Code: 60. DB::Exception: Table x doesn't exist. (UNKNOWN_TABLE)"),
  );
  expect(error.code).toBe(60);
  expect(error.message).toBe("Code: 60. DB::Exception: Table x doesn't exist. (UNKNOWN_TABLE)");
  expect(httpStatus(error)).toBe(404);
});

test('any thrown value becomes an error in the form of the engine', () => {
  expect(EngineError.from('broken pipe')).toMatchObject({
    code: 1002,
    message: 'Code: 1002. DB::Exception: broken pipe. (UNKNOWN_EXCEPTION)',
  });
  const raised = EngineError.raise(48, 'NOT_IMPLEMENTED', 'no sessions');
  expect(EngineError.from(raised)).toBe(raised);
  expect(httpStatus(EngineError.from(null))).toBe(500);
});
