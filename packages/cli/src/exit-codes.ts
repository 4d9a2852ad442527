/** What `forebay` exits with. */
export const EXIT = {
  ok: 0,
  /** Something failed: a server, a job, what a server refused. */
  failure: 1,
  /** The command line or a FOREBAY_… setting is wrong; nothing was tried. */
  usage: 2,
  /** Definitions are wrong, or the plan has a change that is refused, or a destructive one that was not allowed; nothing was applied. */
  refused: 3,
} as const satisfies Record<string, number>;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
