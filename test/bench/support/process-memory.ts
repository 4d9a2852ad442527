import { readFileSync } from 'node:fs';

/** The most memory that a process has had since it began, in bytes. Throws where there is no /proc. */
export function peakMemoryBytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}
