/**
 * What loops need of the clock's units, as values of a module of this package: across packages an import is a look-up in
 * the other one's exports each time that it is used, which a read of twenty segments feels.
 */
import * as contract from '@forebay/contract';

export const SECOND_MS = contract.SECOND_MS;
export const floorTo = contract.floorTo;
