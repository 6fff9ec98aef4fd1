// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a run is summed up in: a line an app, the figures of a workload; or JSON.
 *
 * NON-TOCK: Tock's process console says such things from within.
 */
import { stateName } from '#kernel/process-standard';
import { ProcessState } from '#kernel/process';
import { duration, grouped } from '#lab/report/columns';
import { commandTable, type CommandFigures } from '#lab/report/figures';
import type { Running } from '#lab/run/machine';
import { whatWentWrong } from '../app-file.ts';
import { ExitCode, UsageError } from '../usage-error.ts';
import type { Executed } from './execute.ts';
import type { Session } from './session.ts';

/** Prints the result and judges it. A fault of an app is the user's to mend: a `UsageError`. */
export function printResult(
  session: Session,
  executed: Executed,
  consoleChunks: readonly Uint8Array[],
): ExitCode {
  const { context, options } = session;
  if (options.json === true) {
    const summary = { ...toJson(session, executed), console: decode(consoleChunks) };
    context.out(`${JSON.stringify(summary, undefined, 2)}\n`);
  } else {
    context.out(toText(executed));
    if (session.ownership !== undefined) context.out(`${session.ownership.summary}\n`);
  }
  for (const process of executed.processes) {
    const fault = faultOf(process, session);
    if (fault !== undefined) throw new UsageError(`app ${process.name} faulted: ${fault}`);
  }
  const failed = executed.processes.some(({ completionCode }) => (completionCode ?? 0) !== 0);
  const damaged = (session.ownership?.count ?? 0) > 0;
  return failed || damaged ? ExitCode.FOUND : ExitCode.OK;
}

/** Why a process faulted; with the place, when its own code threw. */
function faultOf({ name, faultReason, boundary }: Running, { apps }: Session): string | undefined {
  if (faultReason === undefined) return undefined;
  const thrown = boundary !== undefined && 'thrown' in boundary ? boundary.thrown : undefined;
  const path = apps.find((app) => app.name === name)?.path ?? '';
  return thrown === undefined ? faultReason : whatWentWrong(thrown, path);
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}

function toText({ processes, statistics, now, epochMilliseconds, replay }: Executed): string {
  const width = Math.max(...processes.map(({ name }) => name.length));
  const rows = processes.map(
    (process) => `${process.name.padEnd(width)}  ${sentence(process)}, ${calls(process)}`,
  );
  const { wordsWritten, erases } = statistics;
  const time = duration(epochMilliseconds * 1e6 + now);
  const flash = `flash: ${count(wordsWritten, 'word')} written, ${count(erases, 'page')} erased`;
  const head = `\nvirtual time: ${time}; ${flash}\n`;
  if (replay === undefined) return `${head}${rows.join('\n')}\n`;
  const { lines, powerOns, syscalls } = replay.totals;
  const done = `${count(lines, 'call')} of the workload in ${count(powerOns, 'power-on')}, ${count(syscalls, 'system call')}`;
  const table = replay.actions.length === 0 ? '' : `\n${commandTable(replay.actions)}\n`;
  const difference = differenceOf(replay.state);
  const found = difference === undefined ? '' : `\n${placeOf(replay)}${difference}\n`;
  return `${table}${head}${done}\n${rows.join('\n')}\n${found}`;
}

/** What an app says was wrong: the `difference` of the state that it keeps. */
function differenceOf(state: unknown): string | undefined {
  const said =
    typeof state === 'object' && state !== null && 'difference' in state ? state.difference : '';
  return typeof said === 'string' && said !== '' ? said : undefined;
}

/** Where a replay stopped: `act 3, getInfo: `. */
function placeOf({ actions }: { readonly actions: readonly CommandFigures[] }): string {
  const last = actions.at(-1);
  return last === undefined ? '' : `act ${last.act}, ${last.event}: `;
}

function calls({ syscallCount, droppedUpcallCount, restartCount }: Running): string {
  const parts = [count(syscallCount, 'system call')];
  if (droppedUpcallCount > 0) parts.push(`${count(droppedUpcallCount, 'upcall')} dropped`);
  if (restartCount > 0) parts.push(count(restartCount, 'restart'));
  return parts.join(', ');
}

function count(number: number, unit: string): string {
  return `${grouped(number)} ${unit}${number === 1 ? '' : 's'}`;
}

function sentence({ state, completionCode }: Running): string {
  switch (state) {
    case ProcessState.Terminated:
      return completionCode === undefined ? 'was killed' : `exited with code ${completionCode}`;
    case ProcessState.Faulted:
      return 'faulted';
    case ProcessState.Yielded:
    case ProcessState.YieldedFor:
      return 'waits for an upcall';
    case ProcessState.Stopped:
      return 'is stopped';
    case ProcessState.Running:
      return 'is running';
  }
}

function toJson(session: Session, executed: Executed): Record<string, unknown> {
  const { outcome, processes, statistics, now, epochMilliseconds, replay } = executed;
  const { board, profile, hil, seed } = session.options;
  const apps = processes.map((process) => ({
    name: process.name,
    state: stateName(process.state),
    completionCode: process.completionCode ?? null,
    fault: faultOf(process, session) ?? null,
    syscalls: process.syscallCount,
    droppedUpcalls: process.droppedUpcallCount,
    restarts: process.restartCount,
  }));
  const flash = {
    readCalls: statistics.readCalls,
    wordsWritten: statistics.wordsWritten,
    erases: statistics.erases,
  };
  const workload =
    replay === undefined
      ? {}
      : {
          workload: {
            ...replay.totals,
            difference: differenceOf(replay.state) ?? null,
            commands: replay.actions,
          },
        };
  const head = { board, profile, hil, seed, outcome, epochMilliseconds, nanoseconds: now };
  const ownership = session.ownership === undefined ? {} : { ownership: session.ownership.json };
  return { ...head, apps, flash, ...workload, ...ownership };
}
