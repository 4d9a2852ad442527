import { type Instruments, type Logger, parseAccessFile, WatchedFiles } from '@forebay/service-kit';
import { AccessList } from './access-list';
import type { AuditLog } from './audit-log';

export interface AccessFileOptions {
  readonly path: string;
  readonly reloadEveryMs: number;
  readonly logger: Logger;
  readonly instruments: Instruments;
  readonly audit: AuditLog;
  /** Gets the list at the start, and with every change of the file. */
  readonly use: (list: AccessList) => void;
}

/** Names in a line of the audit log. */
const SHOWN_NAMES = 50;

/**
 * Keeps the list of credentials that of the file. A file that is broken leaves the list before in use.
 * Throws `invalid_configuration` if it cannot be used at the start.
 */
export async function watchAccessFile(
  options: AccessFileOptions,
): Promise<WatchedFiles<'access', AccessList>> {
  const { path, reloadEveryMs, logger, instruments, audit, use } = options;
  const reloads = instruments.counter('forebay_reloads_total');
  const files = await WatchedFiles.open({
    what: 'the access file',
    paths: { access: path },
    parse: ({ access }) => new AccessList(parseAccessFile(access.toString(), path)),
    everyMs: reloadEveryMs,
    onRefused: (error) => {
      reloads.add({ what: 'access_file', outcome: 'refused' });
      logger.error({ err: error }, `${error.message}\nthe credentials before stay in use`);
    },
  });
  let before: AccessList = AccessList.EMPTY;
  const tell = (list: AccessList) => {
    use(list);
    const [was, is] = [new Set(before.names), new Set(list.names)];
    audit.administrative({
      what: before === AccessList.EMPTY ? 'access_file_read' : 'access_file_reloaded',
      who: `file ${path}`,
      details: {
        credentials: is.size,
        added: [...is].filter((name) => !was.has(name)).slice(0, SHOWN_NAMES),
        removed: [...was].filter((name) => !is.has(name)).slice(0, SHOWN_NAMES),
      },
    });
    before = list;
  };
  tell(files.current);
  files.onChange((list) => {
    reloads.add({ what: 'access_file', outcome: 'taken_up' });
    tell(list);
  });
  return files;
}
