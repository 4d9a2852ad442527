import { decodeMessage, encodeMessage, type MessageInput } from '@forebay/contract';
import { predictionOf } from './prediction-rows';

const NOW = 1_700_000_000_000;

const read = (entry: MessageInput<'Prediction'>) =>
  predictionOf(decodeMessage('Prediction', encodeMessage('Prediction', entry)), 3, NOW);

describe('an entry of predictions', () => {
  it('has the values as they are given, also empty ones, and the time of the call where it says none', () => {
    expect(read({ request_id: 'r', row: 2, prediction: { number: 0 } })).toEqual({
      requestId: 'r',
      row: 2,
      keys: {},
      model: '',
      modelVersion: '',
      prediction: { atMs: NOW, value: 0 },
      outcome: null,
    });
    expect(read({ request_id: 'r', prediction: { text: '' }, predicted_at_ms: 5 }).prediction).toEqual({
      atMs: 5,
      value: '',
    });
    expect(read({ request_id: 'r', outcome: { list: { numbers: [] } }, outcome_at_ms: -1 }).outcome).toEqual({
      atMs: -1,
      value: [],
    });
  });

  it.each<[MessageInput<'Prediction'>, string]>([
    [{ prediction: { number: 1 } }, 'prediction 3: request_id is empty'],
    [{ request_id: 'r' }, 'prediction 3: it has neither a prediction nor an outcome'],
    [{ request_id: 'r', prediction: {} }, 'prediction 3: it has neither a prediction nor an outcome'],
    [{ request_id: 'ä'.repeat(65), prediction: { number: 1 } }, 'request_id is longer than 128 bytes'],
    [
      { request_id: 'r', model_version: 'x'.repeat(257), outcome: { number: 1 } },
      'model_version is longer than 256',
    ],
    [
      { request_id: 'r', outcome: { number: 1 }, outcome_at_ms: '1000000000000000' },
      'outcome_at_ms 1000000000000000',
    ],
  ])('%# is refused', (entry, message) => {
    expect(() => read(entry)).toThrow(message);
  });
});
