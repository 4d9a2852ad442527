import { asReadyAnnouncement, parseReadyLine, readyAnnouncement } from './ready-announcement';

const ANNOUNCEMENT = { ready: true, service: 'serving', ports: { grpc: 1, metrics: 2 } };

test('the announcement is found in a log line among its other fields', () => {
  const line = JSON.stringify({
    level: 'info',
    ...readyAnnouncement('serving', { grpc: 1, metrics: 2 }),
    msg: 'x',
  });
  expect(parseReadyLine(line)).toEqual(ANNOUNCEMENT);
  expect(asReadyAnnouncement(ANNOUNCEMENT)).toEqual(ANNOUNCEMENT);
});

test.each([
  '',
  'hello',
  '{"ready":true',
  '{"ready":true}',
  '{"ready":true,"service":"a","ports":{"x":"1"}}',
  '{"msg":"\\"ready\\":true"}',
])('another line is not an announcement: %s', (line) => {
  expect(parseReadyLine(line)).toBeNull();
});
