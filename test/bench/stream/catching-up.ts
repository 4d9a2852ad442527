/** What an event of a backlog costs, beside the floor: one process after another, rounds of all cases. */
import type { BenchCase } from '../report';
import { median } from '../serving/interleaved';
import type { Consumed } from './consumed';
import type { Declared } from './declared';
import type { Backlog, LoopOptions, StreamInstallation } from './installation';
import type { LoopConsumed } from './loop-main';

const ENTITIES = 100_000;
const SEED = 6;
/** Events of a flush. */
const FLUSH_EVENTS = 2_000;
const MAX_SECOND_VIEW = 0.5;
const MAX_REDIS_BYTES = 100;
const MAX_REDIS_US = 4;
const MAX_BYTES_PER_ENTITY = 1_500;

export interface CatchingUp {
  readonly backlog: Backlog;
  readonly rounds: number;
  /** Cases whose names hold it. */
  readonly only: string;
  /** Options of Node for the processes of the loop. */
  readonly node: readonly string[];
}

interface Case extends Omit<Declared, 'name'>, Pick<LoopOptions, 'archive'> {
  readonly name: string;
  readonly escaped: boolean;
  readonly atMost: number | null;
}

const CASES: readonly Case[] = [
  { name: 'without archive', escaped: false, archive: false, atMost: 1.6 },
  { name: 'with archive', escaped: false, archive: true, atMost: 1.8 },
  { name: 'two views', escaped: false, archive: false, views: 2, atMost: null },
  { name: 'by JSON.parse, without archive', escaped: true, archive: false, atMost: 2.0 },
  { name: 'by JSON.parse, with archive', escaped: true, archive: true, atMost: 2.3 },
];

const perEvent = ({ cpuUs, events }: Consumed) => cpuUs / events;

interface Measured {
  readonly each: Case;
  readonly floors: number[];
  readonly loops: LoopConsumed[];
}

export async function catchUp(installation: StreamInstallation, size: CatchingUp): Promise<BenchCase[]> {
  const measured: Measured[] = CASES.filter(({ name }) => name.includes(size.only)).map((each) => ({
    each,
    floors: [],
    loops: [],
  }));
  for (const escaped of [false, true]) {
    const some = measured.filter(({ each }) => each.escaped === escaped);
    if (some.length === 0) continue;
    await installation.fill({ entities: ENTITIES, seed: SEED, escaped }, size.backlog);
    for (let round = 0; round < size.rounds; round++) {
      const floorUs = perEvent(await installation.floor());
      for (const one of some) {
        one.floors.push(floorUs);
        one.loops.push(await loopOf(installation, one.each, size.node));
        console.error(
          `${one.each.name}: ${perEvent(one.loops.at(-1)!).toFixed(2)} µs, the floor ${floorUs.toFixed(2)} µs`,
        );
      }
    }
  }
  return [...measured.map(ratioOf), ...secondView(measured), ...storeCost(measured)];
}

function loopOf(installation: StreamInstallation, { archive, views }: Case, node: readonly string[]) {
  return installation.loop(
    { name: 'catching_up', ...(views === undefined ? {} : { views }) },
    { archive, flushEvents: FLUSH_EVENTS, node },
  );
}

function ratioOf({ each, floors, loops }: Measured): BenchCase {
  const ratios = loops.map((loop, i) => perEvent(loop) / (floors[i] as number));
  const us = `${median(floors).toFixed(2)} / ${median(loops.map(perEvent)).toFixed(2)} µs`;
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  return {
    case: `catching up, ${each.name}`,
    ratio: median(ratios),
    unit: `× the floor (${spread}); ${us}`,
    target: each.atMost === null ? null : { atMost: each.atMost },
  };
}

function secondView(measured: readonly Measured[]): BenchCase[] {
  const one = measured.find(({ each }) => each.name === 'without archive');
  const two = measured.find(({ each }) => each.views === 2);
  if (one === undefined || two === undefined) return [];
  const more = two.loops.map(
    (loop, i) => (perEvent(loop) - perEvent(one.loops[i] as LoopConsumed)) / (one.floors[i] as number),
  );
  return [
    {
      case: 'a second view adds',
      ratio: median(more),
      unit: '× the floor',
      target: { atMost: MAX_SECOND_VIEW },
    },
  ];
}

/** Of the case with nothing but the values. */
function storeCost(measured: readonly Measured[]): BenchCase[] {
  const loops = measured.find(({ each }) => each.name === 'without archive')?.loops;
  if (loops === undefined) return [];
  const of = (value: (loop: LoopConsumed) => number) => median(loops.map(value));
  return [
    {
      case: 'bytes to Redis',
      value: of((loop) => loop.redisBytes / loop.events),
      unit: `bytes/event, ${FLUSH_EVENTS} events a flush`,
      target: { atMost: MAX_REDIS_BYTES },
    },
    {
      case: 'CPU of Redis',
      value: of((loop) => loop.redisUs / loop.events),
      unit: `µs/event, ${FLUSH_EVENTS} events a flush`,
      target: { atMost: MAX_REDIS_US },
    },
    {
      case: 'memory of an entity',
      value: of((loop) => (loop.heldBytes - loop.atStartBytes) / loop.entities),
      unit: `bytes, ${of((loop) => loop.rows / loop.entities).toFixed(1)} segments`,
      target: { atMost: MAX_BYTES_PER_ENTITY },
    },
    {
      case: 'events/s, reading and writing in turn',
      value: of((loop) => (1_000 * loop.events) / loop.ms),
      unit: 'events/s',
      target: null,
    },
  ];
}
