/** Loaded before a serving process: it counts nothing. Services have no such setting; only a bench wants to know what counting costs. */
import { Instruments } from '@forebay/service-kit';

const nothing = () => undefined;
const bound = { add: nothing, record: nothing };
const instrument = { ...bound, set: nothing, remove: nothing, bind: () => bound, observe: () => nothing };

for (const kind of ['counter', 'gauge', 'histogram'] as const)
  Object.defineProperty(Instruments.prototype, kind, { value: () => instrument });
