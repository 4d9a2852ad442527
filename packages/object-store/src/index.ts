export {
  isObjectAddress,
  type ObjectAddress,
  objectAddressText,
  objectBelow,
  parseObjectAddress,
} from './object-address';
export type { ObjectStore, StoredObject } from './object-store';
export type { ObjectStoreOptions } from './object-store-options';
export { ObjectStoreOnDemand, openObjectStore } from './open-object-store';
