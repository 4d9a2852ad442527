import {
  armFault,
  armFaultOf,
  FAULT_POINTS,
  type FaultPoint,
  faultPoint,
  isFaultPass,
  parseFault,
} from './fault-points';

let kill: jest.SpyInstance;
beforeEach(() => {
  kill = jest.spyOn(process, 'kill').mockReturnValue(true);
});
afterEach(() => {
  armFault(null);
  kill.mockRestore();
});

const passAll = () => {
  for (const point of Object.keys(FAULT_POINTS) as FaultPoint[]) faultPoint(point);
};

test('nothing happens at any point of a process that was not told to end', () => {
  passAll();
  expect(kill).not.toHaveBeenCalled();
});

test('the process kills itself at the nth pass of its point, and at no other', () => {
  armFault(parseFault('values-stored:2'));
  passAll();
  expect(kill).not.toHaveBeenCalled();
  passAll();
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
});

test('a process that stands alone is not armed', () => {
  expect(() => armFaultOf('recovering', false)).toThrow(/unset it/);
  passAll();
  expect(kill).not.toHaveBeenCalled();
  armFaultOf('recovering', true);
  passAll();
  expect(kill).toHaveBeenCalledTimes(1);
});

test('what has to be brought about before the end counts as a pass', () => {
  armFault(parseFault('values-half-stored:2'));
  const passes = () => isFaultPass('values-half-stored');
  expect([isFaultPass('values-stored'), passes(), passes(), passes()]).toEqual([false, false, true, false]);
  expect(kill).not.toHaveBeenCalled();
});

test('a point without a number is the first pass', () => {
  expect(parseFault('recovering')).toEqual({ point: 'recovering', pass: 1 });
});

test.each(['', 'nowhere', 'recovering:0', 'recovering:x', 'toString'])('"%s" is no point', (text) => {
  expect(() => parseFault(text)).toThrow(/fault point ".*": give one of assigning, /);
});
