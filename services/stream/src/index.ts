export { Checkpoints } from './checkpoints';
export { ChunkReader } from './chunk-reader';
export { Flusher } from './flusher';
export { JsonDecoder } from './json-decoder';
export { SourceState } from './source-state';
export { SourceWorker, type SourceWorkerOptions } from './source-worker';
export { decideStart } from './start-point';
