/** Makes training sets in a process of its own. Arguments: the address of ClickHouse, its database, and its process id. */
import { openOfflineStore } from '@forebay/offline-store';
import { fileTarget, makeTrainingSet } from '@forebay/training-set';
import { type ClockCount, featuresOf, trainingProject } from './definitions';
import { processCpuS, serveJobs, serverCpuS } from './job-process';

export interface ForebayJob {
  readonly clocks: ClockCount;
  readonly rows: string;
  readonly out: string;
}

/** CPU time of both processes in a part of the work, s. */
export interface PartCost {
  readonly part: string;
  readonly workerS: number;
  readonly serverS: number;
}

export interface ForebayDone {
  readonly events: number;
  readonly rows: number;
  /** Each part lasts until the next one reports for the first time. */
  readonly parts: readonly PartCost[];
}

async function main(url: string, database: string, serverPid: number): Promise<void> {
  const store = await openOfflineStore({ url, database });
  const project = trainingProject();
  serveJobs(async ({ clocks, rows, out }: ForebayJob): Promise<ForebayDone> => {
    const split = new Split(serverPid);
    const { events, rows: count } = await makeTrainingSet(store, {
      project,
      features: featuresOf(clocks),
      rows: { file: rows, format: 'Parquet' },
      out: fileTarget({ file: out, format: 'Parquet' }),
      timestampColumn: null,
      columns: {},
      knownAsOfMs: null,
      withStatuses: false,
      threads: null,
      onProgress: (_share, doing) => split.enter(doing),
    });
    split.enter('end');
    return { events, rows: count, parts: split.parts };
  });
}

class Split {
  readonly parts: PartCost[] = [];
  readonly #serverPid: number;
  #part = 'beginning';
  #workerS = processCpuS();
  #serverS: number;

  constructor(serverPid: number) {
    this.#serverPid = serverPid;
    this.#serverS = serverCpuS(serverPid);
  }

  enter(part: string): void {
    if (part === this.#part) return;
    const [workerS, serverS] = [processCpuS(), serverCpuS(this.#serverPid)];
    this.parts.push({ part: this.#part, workerS: workerS - this.#workerS, serverS: serverS - this.#serverS });
    this.#part = part;
    this.#workerS = workerS;
    this.#serverS = serverS;
  }
}

const [, , url, database, serverPid] = process.argv;
void main(url as string, database as string, Number(serverPid));
