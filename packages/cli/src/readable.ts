import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';

/** An amount of time as people say it, to two units: `2d 3h`, `1m 5s`, `250ms`. */
export function readableDuration(durationMs: number): string {
  if (durationMs < 0) return `-${readableDuration(-durationMs)}`;
  if (durationMs < SECOND_MS) return `${Math.round(durationMs)}ms`;
  if (durationMs < MINUTE_MS) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)}s`;
  const units = [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS],
  ] as const;
  const parts: string[] = [];
  let rest = durationMs;
  for (const [unit, unitMs] of units) {
    const amount = Math.floor(rest / unitMs);
    rest -= amount * unitMs;
    if (amount > 0) parts.push(`${amount}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** `1,234,567`. */
export function readableCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function readableBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

/** Things per second; 0 when no time has passed. */
export function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : Math.round((count * SECOND_MS) / elapsedMs);
}
