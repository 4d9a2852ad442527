/** What bounds the reading of pairs. */

/**
 * A view joins the common reading where it lacks no more than what arrived so long before the source's progress, which may go on by as
 * much meanwhile: what is read again from then on begins by that progress, and must lack no partner of what the view lacks. Buckets of a cluster in which nothing changes are told of
 * every few seconds only, and looked at as often.
 */
export const BEHIND_PROGRESS_MS = 30_000;

/** Ids of pairs, and events that make them, are held for so much longer than lateness asks for. */
export const JOIN_MARGIN_MS = 2 * BEHIND_PROGRESS_MS;

/** Events of a partition are held until the others have come as far: so many of an archive are some 10 MB. */
export const ARCHIVED_PAIR_STEP = 50_000;
