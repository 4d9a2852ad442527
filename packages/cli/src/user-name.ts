import { userInfo } from 'node:os';

/** Who runs the command, for records: the user's name, or `uid N` where the system has no name for it, as in a container. */
export function userName(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
