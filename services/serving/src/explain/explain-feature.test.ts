import { encodeMessage, type MessageInput } from '@forebay/contract';
import { Metadata } from '@grpc/grpc-js';
import fc from 'fast-check';
import type { OnlineFeatures } from '../answer/get-online-features';
import { callerWith } from '../security/security.fixture';
import { explainFeature, readExplainRequest } from './explain-feature';

const encoded = (of: MessageInput<'GetOnlineFeaturesRequest'>) =>
  encodeMessage('ExplainFeatureRequest', { of, max_segments: 7 });

const one = { features: { features: [{ view: 'v', feature: 'f' }] } };

/** Nothing of it may be looked at. */
const untouched = new Proxy({} as OnlineFeatures, {
  get: (_, name) => (name === 'registry' ? { current: null } : undefined),
});

const refused = async (request: Uint8Array, grants: string[]) =>
  explainFeature(untouched, request, {
    timeoutMs: 100,
    caller: callerWith(grants),
    metadata: new Metadata(),
  }).catch(({ reason, message }) => `${reason}: ${message}`);

test('a request is read with int64 keys that stay exact', () => {
  const big = '9007199254740993';
  const request = readExplainRequest(
    encoded({ project: 'p', ...one, keys: [{ join_key: 'k', integers: [big] }] }),
  );
  expect(request.maxSegments).toBe(7);
  expect(request.of.keys[0]?.values).toEqual([BigInt(big)]);
});

test('it needs a grant to read the whole project, and tells nothing without it', async () => {
  const request = encoded({ project: 'p', ...one });
  expect(await refused(request, ['read:p/checkout'])).toMatch(
    /^permission_denied: "model" lacks the grant read:p\/\*/,
  );
  expect(await refused(request, ['read:other/*'])).toMatch(/^permission_denied/);
});

test('a feature service, several features and garbage are refused', async () => {
  const two = { features: { features: [...one.features.features, ...one.features.features] } };
  for (const selection of [{ feature_service: 's' }, two, {}])
    expect(await refused(encoded({ project: 'p', ...selection }), ['read:p/*'])).toMatch(
      /^invalid_request: an explanation is of one feature/,
    );
  expect(await refused(Uint8Array.of(0x0a, 200), ['read:p/*'])).toMatch(
    /^invalid_request: reading ExplainFeatureRequest/,
  );
});

test('whatever bytes come, they are a request or refused as none', () => {
  const request = encoded({ project: 'p', ...one, keys: [{ join_key: 'k', integers: [5] }] });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.tuple(fc.nat(request.length - 1), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
          const bytes = request.slice();
          bytes[at] = byte;
          return bytes;
        }),
      ),
      (bytes) => {
        try {
          readExplainRequest(bytes);
        } catch (error) {
          expect(error).toMatchObject({ reason: 'invalid_request' });
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
