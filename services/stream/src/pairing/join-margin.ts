/** How far a view of a joined or sequence source may be behind the progress of its source when it joins the common reading. */

/**
 * What the common reading reads again then begins by its progress, and must lack no partner of what the view lacks. Both sides of what is
 * measured at one moment and done at another: how far the view is behind the progress that was read, and how far that goes on meanwhile.
 */
export const BEHIND_PROGRESS_MS = 10_000;

/** Ids of pairs are held for so much longer than lateness asks for. */
export const JOIN_MARGIN_MS = 2 * BEHIND_PROGRESS_MS;
