export { JsonDecoder } from './json-decoder';
