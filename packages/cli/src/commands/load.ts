import { ForebayError, formatInstant } from '@forebay/contract';
import { LOAD_FORMATS, type LoadFormat } from '@forebay/offline-store';
import { chooseProject, findSource, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { loadIntoSource } from '../load-into-source';
import { perSecond, readableBytes, readableCount } from '../readable';
import { formatOfFile } from '../row-files';

export interface LoadCommandOptions {
  readonly project?: string;
  readonly source: string;
  readonly file: string;
  readonly format?: LoadFormat;
  readonly completeUntil: number;
  readonly column?: Readonly<Record<string, string | null>>;
  readonly shift?: number;
  readonly id?: string;
}

export async function loadCommand(
  { servers, output }: CommandContext,
  options: LoadCommandOptions,
): Promise<ExitCode> {
  const told = options.format ?? formatOfFile(options.file);
  const format = LOAD_FORMATS.find((known) => known === told);
  if (format === undefined) {
    const place = `file "${options.file}"`;
    throw new ForebayError('invalid_request', `${place}: its name does not tell the format; give --format`);
  }
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const source = findSource(project, options.source);
  const progress = output.progress('sending');
  const loaded = await loadIntoSource(servers, project, source, {
    file: options.file,
    format,
    completeUntilMs: options.completeUntil,
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(options.column === undefined ? {} : { columns: options.column }),
    ...(options.shift === undefined ? {} : { shiftMs: options.shift }),
    clock: Date.now,
    onProgress: (sent, size) =>
      progress.update(sent, size, sent === size ? 'checking and copying' : readableBytes(sent)),
  }).finally(() => progress.stop());
  const { load, alreadyLoaded, elapsedMs, raisedMarkers } = loaded;
  const result = {
    source: source.name,
    load: load.id,
    number: load.number,
    alreadyLoaded,
    rows: load.rows,
    skipped: load.skipped,
    seconds: elapsedMs / 1000,
    rowsPerSecond: alreadyLoaded ? 0 : perSecond(load.rows, elapsedMs),
    completeUntilMs: load.completeUntilMs,
    streamCompleteSinceMs: load.completeUntilMs,
    raisedMarkers,
  };
  output.result(result, describe(result));
  if (load.skipped > 0 && !alreadyLoaded) {
    output.warning(
      `${readableCount(load.skipped)} rows lie at or after ${formatInstant(load.completeUntilMs)} and were left out`,
    );
  }
  return EXIT.ok;
}

function describe(result: {
  source: string;
  load: string;
  alreadyLoaded: boolean;
  rows: number;
  skipped: number;
  seconds: number;
  rowsPerSecond: number;
  completeUntilMs: number;
  raisedMarkers: readonly string[];
}): string {
  const until = `complete until ${formatInstant(result.completeUntilMs)}`;
  const what = `load "${result.load}" into source "${result.source}"`;
  if (result.alreadyLoaded) return `${what}: done before (${readableCount(result.rows)} rows, ${until})`;
  const speed = `${result.seconds.toFixed(1)} s, ${readableCount(result.rowsPerSecond)} rows/s`;
  const views = result.raisedMarkers.join(', ');
  const next = views === '' ? '' : `\nhistory of ${views} comes from batch values: run "forebay materialize"`;
  return `${what}: ${readableCount(result.rows)} rows, ${readableCount(result.skipped)} skipped, ${speed}; ${until}${next}`;
}
