import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in clock ticks; USER_HZ is 100 on every architecture that Node runs on. */
const TICK_US = 10_000;

/** CPU time of a process so far, user and system, all its threads, in µs. Throws where there is no /proc. */
export function processCpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the name in parentheses may hold anything, blanks included
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]].map(Number);
  return ((user as number) + (system as number)) * TICK_US;
}

/** Reads the CPU time of named processes; the difference of two readings is what they used in between. */
export function cpuOf<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const names = Object.keys(pids) as Name[];
  return Object.fromEntries(names.map((name) => [name, processCpuUs(pids[name])])) as Record<Name, number>;
}

/** The same to the nanosecond, of the threads that live: for short spans. Throws where there is no /proc. */
export function processRunUs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const runNs = (thread: string) =>
    Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return readdirSync(tasks).reduce((sum, thread) => sum + runNs(thread), 0) / 1_000;
}
