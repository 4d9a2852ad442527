import type { BoundCounter, Counter, Instruments, Logger } from '@forebay/service-kit';
import type { Caller } from './caller';
import type { Denied } from './denied';
import { hostOf, type Peer } from './peer';

/** Lines of denied calls for one caller, or one address, in a window; the rest is counted. */
const LINES_PER_WINDOW = 10;
const WINDOW_MS = 60_000;
/**
 * Callers, and addresses of those that did not show who they are, that are told apart in a window; what comes after shares
 * one account. Whoever has many addresses hides no caller, and writes at most 1,010 lines a minute.
 */
const MAX_CALLERS = 1_000;
const MAX_ADDRESSES = 100;

interface Account {
  lines: number;
  suppressed: number;
}

export interface DeniedCall {
  /** `package.Service/Method`, or the path of an HTTP route. */
  readonly method: string;
  readonly peer: Peer;
  /** null: the call did not show who calls. */
  readonly caller: Caller | null;
  readonly denied: Denied;
}

/** What somebody who decides about access did, as far as it shows: a file or keys changed. */
export interface AdministrativeAction {
  /** Such as `access_file_reloaded`. */
  readonly what: string;
  readonly who: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * One structured line for each denied call and each administrative action, with `audit` set to `denied` or
 * `administrative`. Never a credential. Somebody who is denied without end writes some lines a minute, and a number.
 */
export class AuditLog {
  readonly #logger: Logger;
  readonly #denials: Counter<'forebay_denied_calls_total'>;
  readonly #suppressed: BoundCounter;
  readonly #callers = new Accounts(MAX_CALLERS, 'other callers');
  readonly #addresses = new Accounts(MAX_ADDRESSES, 'other addresses');
  readonly #timer: NodeJS.Timeout;

  constructor(options: { readonly logger: Logger; readonly instruments: Instruments }) {
    this.#logger = options.logger.child({ component: 'audit' });
    this.#denials = options.instruments.counter('forebay_denied_calls_total');
    this.#suppressed = options.instruments.counter('forebay_audit_suppressed_total').bind({});
    this.#timer = setInterval(() => this.endWindow(), WINDOW_MS).unref();
  }

  denied({ method, peer, caller, denied }: DeniedCall): void {
    this.#denials.add({ 'rpc.method': method, reason: denied.why });
    const who = caller === null ? null : caller.name;
    const account =
      caller === null
        ? this.#addresses.of(`address ${hostOf(peer)}`)
        : this.#callers.of(`caller ${caller.tenant} ${caller.name}`);
    if (account.lines >= LINES_PER_WINDOW) {
      account.suppressed++;
      this.#suppressed.add();
      return;
    }
    account.lines++;
    this.#logger.warn(
      {
        audit: 'denied',
        who,
        ...(caller === null ? {} : { tenant: caller.tenant, credential: caller.kind }),
        method,
        ...(denied.asked === '' ? {} : { asked: denied.asked }),
        why: denied.why,
        peer: peer.getPeer(),
      },
      `denied: ${method}: ${denied.message}`,
    );
  }

  administrative({ what, who, details }: AdministrativeAction): void {
    this.#logger.info({ audit: 'administrative', who, what, ...details }, `administrative: ${what}`);
  }

  /** Tells how much was left out, and begins a new window; the timer does so by itself. */
  endWindow(): void {
    for (const [whose, { suppressed }] of [...this.#callers.take(), ...this.#addresses.take()]) {
      if (suppressed === 0) continue;
      this.#logger.warn(
        { audit: 'denied', whose, suppressed },
        `denied: ${suppressed} more calls of ${whose} in the last minute`,
      );
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.endWindow();
  }
}

/** What a window counts, of at most so many. */
class Accounts {
  #accounts = new Map<string, Account>();

  constructor(
    private readonly limit: number,
    private readonly others: string,
  ) {}

  of(name: string): Account {
    const key = this.#accounts.size < this.limit || this.#accounts.has(name) ? name : this.others;
    let account = this.#accounts.get(key);
    if (account === undefined) {
      account = { lines: 0, suppressed: 0 };
      this.#accounts.set(key, account);
    }
    return account;
  }

  /** All of them, for the last time. */
  take(): Iterable<readonly [string, Account]> {
    const accounts = this.#accounts;
    this.#accounts = new Map();
    return accounts;
  }
}
