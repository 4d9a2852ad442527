import { formatInstant } from '@forebay/contract';
import { type JobDetails, PHASES } from '@forebay/jobs';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jobName, stateText } from '../job-text';
import type { Output } from '../output';
import { progressNote } from '../progress-note';
import { readableDuration } from '../readable';

export async function jobsShowCommand(
  { servers, output }: CommandContext,
  reference: string,
): Promise<ExitCode> {
  const queue = await servers.queue();
  const details = await queue.show(await queue.find(reference));
  output.result(details, detailsText(details, output));
  return EXIT.ok;
}

function detailsText(details: JobDetails, output: Output): string {
  const { bold } = output.colors;
  const { progress, startedAtMs, finishedAtMs, createdAtMs, failure, result } = details;
  const lines: (readonly [string, string])[] = [
    ['state', stateText(details, output)],
    ['view', details.view],
    ['queued', `${formatInstant(createdAtMs)} by ${details.requestedBy || 'nobody who said so'}`],
    ['attempts', String(details.attempts)],
  ];
  if (startedAtMs !== null) lines.push(['begun', formatInstant(startedAtMs)]);
  if (finishedAtMs !== null)
    lines.push([
      'ended',
      `${formatInstant(finishedAtMs)}${startedAtMs === null ? '' : `, after ${readableDuration(finishedAtMs - startedAtMs)}`}`,
    ]);
  lines.push(['phase', PHASES[progress.phase]]);
  if (progress.chunks > 0)
    lines.push(['chunks', `${progress.chunksDone} of ${progress.chunks}: ${progressNote(progress)}`]);
  if (failure !== null) lines.push(['failure', output.colors.red(failure)]);
  for (const line of details.log) lines.push(['log', line]);
  lines.push(['payload', JSON.stringify(details.payload)]);
  if (result !== null) lines.push(['result', JSON.stringify(result)]);
  const width = Math.max(...lines.map(([name]) => name.length));
  return [bold(jobName(details)), ...lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join(
    '\n',
  );
}
