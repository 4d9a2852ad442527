export { Checkpoints } from './checkpoints';
export { ChunkReader } from './chunk-reader';
export { Flusher } from './flusher';
export { EventDecoder } from './formats/event-decoder';
export { JsonDecoder } from './formats/json/json-decoder';
export { ParsedJsonDecoder } from './formats/json/parsed-json';
export { SourceState } from './source-state';
export { SourceWorker, type SourceWorkerOptions } from './source-worker';
export { decideStart } from './start-point';
