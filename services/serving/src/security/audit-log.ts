import type { BoundCounter, Counter, Instruments, Logger } from '@forebay/service-kit';
import type { Caller } from './caller';
import type { Denied } from './denied';
import { hostOf, type Peer } from './peer';

/** Lines of denied calls for one caller, or one address, in a window; the rest is counted. */
const LINES_PER_WINDOW = 10;
const WINDOW_MS = 60_000;
/** Callers and addresses that are told apart in a window; the others share one account, however many there are. */
const MAX_ACCOUNTS = 1_000;
const OTHERS = 'others';

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

/** What an administrator, a file or a caller with an `admin` grant did. */
export interface AdministrativeAction {
  /** Such as `access_file_reloaded` or a method. */
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
  readonly #accounts = new Map<string, Account>();
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
    const account = this.#accountOf(
      caller === null ? `address ${hostOf(peer)}` : `caller ${caller.tenant} ${caller.name}`,
    );
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
    for (const [whose, { suppressed }] of this.#accounts) {
      if (suppressed === 0) continue;
      this.#logger.warn(
        { audit: 'denied', whose, suppressed },
        `denied: ${suppressed} more calls of ${whose} in the last minute`,
      );
    }
    this.#accounts.clear();
  }

  close(): void {
    clearInterval(this.#timer);
    this.endWindow();
  }

  #accountOf(name: string): Account {
    const key = this.#accounts.size < MAX_ACCOUNTS || this.#accounts.has(name) ? name : OTHERS;
    let account = this.#accounts.get(key);
    if (account === undefined) {
      account = { lines: 0, suppressed: 0 };
      this.#accounts.set(key, account);
    }
    return account;
  }
}
