import { mkdirSync } from 'node:fs';
import { Session } from 'chdb';
import { EngineError, ERROR_CODES } from './engine-error';
import { Slots } from './slots';
import { quoteName, quoteString } from './statement';

/** What surrounds a statement: it holds for this statement only. */
export interface StatementContext {
  /** Names the running statement for `kill`. */
  readonly queryId: string;
  readonly database: string | null;
  readonly settings: Readonly<Record<string, string>>;
  /** Values of `{name:Type}`, as text. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The engine has no way to name a query; it shows this setting of each running one, though. */
export const QUERY_ID_SETTING = 'log_comment';

const NAME = /^\w+$/;

/**
 * The ClickHouse engine on one data directory, which no other process may have open.
 *
 * Every statement gets a session of its own (opening one takes less than a millisecond): settings, parameters, the current
 * database and temporary tables end with it, and so do the rows that a failed statement leaves on its connection.
 */
export class Engine {
  readonly #dataDir: string;
  readonly #slots: Slots;
  /** Of the statements that run. */
  readonly #running = new Set<string>();
  /** Keeps the data directory open while no statement runs. */
  readonly #root: Session;

  constructor(dataDir: string, maxConcurrentStatements: number) {
    mkdirSync(dataDir, { recursive: true });
    this.#dataDir = dataDir;
    this.#slots = new Slots(maxConcurrentStatements);
    this.#root = new Session(dataDir);
  }

  /** Runs `work` with a session that is set up for the statement. Throws EngineError, also while a statement of the same id runs. */
  async run<T>(context: StatementContext, work: (session: Session) => Promise<T>): Promise<T> {
    await this.#slots.take();
    const { queryId } = context;
    if (this.#running.has(queryId)) {
      this.#slots.giveBack();
      throw EngineError.raise(
        ERROR_CODES.queryWithSameIdIsRunning,
        'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
        `Query with id = ${queryId} is already running`,
      );
    }
    this.#running.add(queryId);
    const session = new Session(this.#dataDir);
    try {
      if (context.database !== null) await session.queryAsync(`USE ${quoteName(context.database)}`);
      await session.queryAsync(setStatement(context));
      return await work(session);
    } catch (error) {
      throw EngineError.from(error);
    } finally {
      session.close();
      this.#running.delete(queryId);
      this.#slots.giveBack();
    }
  }

  /** Cancels a running statement; it then fails with code 394. Nothing happens when none of that id runs. */
  async kill(queryId: string): Promise<void> {
    await this.#killWhere(`Settings['${QUERY_ID_SETTING}'] = ${quoteString(queryId)}`);
  }

  /** Cancels everything that runs and closes the data directory. */
  async close(): Promise<void> {
    await this.#killWhere(`Settings['${QUERY_ID_SETTING}'] != ''`);
    this.#root.close();
  }

  async #killWhere(condition: string): Promise<void> {
    const session = new Session(this.#dataDir);
    try {
      await session.queryAsync(`KILL QUERY WHERE ${condition} ASYNC`);
    } finally {
      session.close();
    }
  }
}

function setStatement(context: StatementContext): string {
  const assignments = [
    ...Object.entries(context.settings).map(([name, value]) => assignment(name, name, value)),
    ...Object.entries(context.parameters).map(([name, value]) => assignment(name, `param_${name}`, value)),
    assignment('query_id', QUERY_ID_SETTING, context.queryId),
  ];
  return `SET ${assignments.join(', ')}`;
}

function assignment(given: string, setting: string, value: string): string {
  if (!NAME.test(given)) {
    throw EngineError.raise(
      ERROR_CODES.unknownSetting,
      'UNKNOWN_SETTING',
      `"${given}" is not a name of a setting or parameter`,
    );
  }
  return `${setting} = ${quoteString(value)}`;
}
