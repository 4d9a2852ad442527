import { AuditLog } from './audit-log';
import { Denied } from './denied';
import { callerWith, capturedLog, PEER, unreadInstruments } from './security.fixture';

function audit() {
  const { logger, objects } = capturedLog();
  return { log: new AuditLog({ logger, instruments: unreadInstruments() }), objects };
}

const METHOD = 'forebay.v1.FeatureService/GetOnlineFeatures';
const denied = new Denied('no_grant', '"model" lacks the grant read:shop/fraud', 'read:shop/fraud');

test('a denied call is one line: who, what, why, from where', () => {
  const { log, objects } = audit();
  log.denied({ method: METHOD, peer: PEER, caller: callerWith(['read:shop/checkout']), denied });
  expect(objects()).toEqual([
    expect.objectContaining({
      level: 'warn',
      component: 'audit',
      audit: 'denied',
      who: 'model',
      tenant: 'default',
      credential: 'token',
      method: METHOD,
      asked: 'read:shop/fraud',
      why: 'no_grant',
      peer: '10.0.0.7:4711',
      time: expect.any(String),
    }),
  ]);
  log.close();
});

test('somebody who is denied without end writes ten lines in a window, and a number', () => {
  const { log, objects } = audit();
  const caller = callerWith(['read:shop/checkout']);
  const unknown = new Denied('unknown_token', 'the access token is not known');
  for (let i = 0; i < 1_000; i++) {
    log.denied({ method: METHOD, peer: PEER, caller, denied });
    log.denied({
      method: METHOD,
      peer: { ...PEER, getPeer: () => `10.0.0.9:${i}` },
      caller: null,
      denied: unknown,
    });
  }
  expect(objects()).toHaveLength(20);
  log.endWindow();
  expect(objects().slice(20)).toEqual([
    expect.objectContaining({ audit: 'denied', whose: 'caller default model', suppressed: 990 }),
    expect.objectContaining({ audit: 'denied', whose: 'address 10.0.0.9', suppressed: 990 }),
  ]);
  log.denied({ method: METHOD, peer: PEER, caller, denied });
  expect(objects()).toHaveLength(23);
  log.close();
});

test('from however many addresses the calls come, lines and memory are bounded', () => {
  const { log, objects } = audit();
  for (let i = 0; i < 5_000; i++) {
    log.denied({ method: METHOD, peer: { ...PEER, getPeer: () => `fe80::${i}:1` }, caller: null, denied });
  }
  expect(objects()).toHaveLength(110);
  log.denied({ method: METHOD, peer: PEER, caller: callerWith(['read:shop/checkout']), denied });
  expect(objects()).toHaveLength(111);
  log.close();
  expect(objects().at(-1)).toMatchObject({ whose: 'other addresses', suppressed: 4_890 });
});

test('an administrative action is a line with its details', () => {
  const { log, objects } = audit();
  log.administrative({ what: 'access_file_reloaded', who: 'file access.yaml', details: { added: ['a'] } });
  expect(objects()[0]).toMatchObject({
    audit: 'administrative',
    who: 'file access.yaml',
    what: 'access_file_reloaded',
    added: ['a'],
  });
  log.close();
});
