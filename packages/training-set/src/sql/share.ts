/** A share of the entities: those whose number modulo `shares` is `share`. */
export interface EntityShare {
  readonly share: number;
  readonly shares: number;
}

/** A condition over the entity's number, `e`. */
export function isOfShare(e: string, { share, shares }: EntityShare): string {
  return shares === 1 ? '1' : `${e} % ${shares} = ${share}`;
}
