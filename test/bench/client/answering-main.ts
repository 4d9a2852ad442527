/** Answers GetOnlineFeatures from memory: so many rows as are asked for, of 50 numbers. Started with IPC; says its port. */
import { decodeMessage, encodeMessage, type MessageInput } from '@forebay/contract';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';

const COLUMNS = 50;
const LAYOUT_ID = '0123456789abcdef';
const path = '/forebay.v1.FeatureService/GetOnlineFeatures';
const same = (bytes: Buffer) => bytes;

const columns: MessageInput<'FeatureColumn'>[] = Array.from({ length: COLUMNS }, (_, i) => ({
  name: `feature_${i}`,
  type: 'DOUBLE',
  view: 'view',
  view_version: 1,
  in_float64_block: true,
}));

function answerOf(rows: number, withLayout: boolean): Buffer {
  const numbers = Float64Array.from({ length: rows * COLUMNS }, (_, i) => i * 1.1);
  const message: MessageInput<'GetOnlineFeaturesResponse'> = {
    as_of_ms: Date.now(),
    row_count: rows,
    layout_id: LAYOUT_ID,
    float64_block: Buffer.from(numbers.buffer),
    ...(withLayout ? { layout: { id: LAYOUT_ID, columns } } : {}),
  };
  return Buffer.from(encodeMessage('GetOnlineFeaturesResponse', message));
}

const known = new Map<string, Buffer>();

function answer(request: Buffer): Buffer {
  const { keys, include_layout } = decodeMessage('GetOnlineFeaturesRequest', request);
  const rows = keys[0]?.integers.length ?? 0;
  const name = `${rows} ${include_layout}`;
  const made = known.get(name) ?? answerOf(rows, include_layout);
  known.set(name, made);
  return made;
}

const service = {
  GetOnlineFeatures: {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
} satisfies ServiceDefinition;

const server = new Server({ 'grpc.enable_channelz': 0 });
server.addService(service, {
  GetOnlineFeatures: ({ request }: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
    callback(null, answer(request)),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.(port);
});
