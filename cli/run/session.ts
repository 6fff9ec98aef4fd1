// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One `tocksim run`: everything is read, checked and opened first, then the board runs, then files
 * get their names and the result is printed.
 *
 * NON-TOCK: on hardware, tockloader and a reset do this.
 */
import type { NorFlash } from '#chips/silicon/nor-flash';
import { KernelPanic } from '#kernel/assert';
import { PROFILES } from '#kernel/profile';
import { Trace } from '#kernel/trace';
import { formatterFor, TRACE_FORMATS } from '#lab/trace/formats';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';
import { loadApp, whatWentWrong, type AppFile } from '../app-file.ts';
import { BOARDS, freshPart, type BoardEntry, type BoardOptions, type Main } from '../boards.ts';
import type { RunOptions } from '../commands/run.ts';
import type { CliContext } from '../context.ts';
import { OutputFile, readBytes, readText } from '../files.ts';
import { guard } from '../guard.ts';
import { ExitCode, UsageError } from '../usage-error.ts';
import { execute, type Executed } from './execute.ts';
import { printResult } from './result.ts';

/** All that a run needs, checked. */
export interface Session {
  readonly board: BoardEntry;
  readonly boardOptions: Omit<BoardOptions, 'epochMilliseconds' | 'flash'>;
  readonly cells: NorFlash | undefined;
  readonly apps: readonly AppFile<Main>[];
  readonly lines: readonly CheckedLine[] | undefined;
  readonly options: RunOptions;
  readonly context: CliContext;
  /** Errors that left an app, by its name. */
  readonly thrown: ReadonlyMap<string, string>;
}

/** A file that is written during the run, or after it. */
interface Output {
  readonly file: OutputFile;
  readonly finish: (executed: Executed) => void;
}

const LONGEST_RUN = 2 ** 53;

/** Runs apps as the options say; the exit code. */
export async function runApps(
  words: readonly string[],
  options: RunOptions,
  context: CliContext,
): Promise<ExitCode> {
  const lines = options.workload === undefined ? undefined : readWorkload(options.workload);
  if (lines === undefined && (options.until ?? 0) >= LONGEST_RUN) {
    throw new UsageError('--until: virtual time ends 104 days after a power-on');
  }
  const board = boardOf(options.board);
  const cells = options.flash === undefined ? undefined : readImage(options.flash);
  const thrown = new Map<string, string>();
  const apps = await loadApps(words, thrown);
  const trace = new Trace();
  const chunks: Uint8Array[] = [];
  const boardOptions = {
    profile: PROFILES[options.profile],
    hil: options.hil,
    seed: options.seed,
    trace,
    ...(options.storePages === undefined ? {} : { storePages: options.storePages }),
    onConsole: (bytes: Uint8Array): void => {
      if (options.json === true) chunks.push(bytes.slice());
      else context.out(bytes);
    },
  };
  const session = { board, boardOptions, cells, apps, lines, options, context, thrown };
  const executed = withOutputs(options, trace, () => execute(session));
  return printResult(session, executed, chunks);
}

function boardOf(name: string): BoardEntry {
  const board = BOARDS[name];
  if (board === undefined) throw new UsageError(`unknown board '${name}'`);
  return board;
}

function readWorkload(path: string): readonly CheckedLine[] {
  const parsed = parseWorkload(readText(path));
  if (!parsed.ok) throw new UsageError(`${path}: ${parsed.error}`);
  return parsed.value;
}

function readImage(path: string): NorFlash {
  const image = readBytes(path);
  const part = freshPart();
  if (image.length !== part.size) {
    throw new UsageError(
      `${path}: an image of this board's flash is ${part.size} bytes, not ${image.length}`,
    );
  }
  part.load(image);
  return part;
}

async function loadApps(
  words: readonly string[],
  thrown: Map<string, string>,
): Promise<AppFile<Main>[]> {
  const apps: AppFile<Main>[] = [];
  for (const word of words) {
    const app = await loadApp<Main>(word);
    const twin = apps.filter(({ name }) => name.replace(/ #\d+$/, '') === app.name).length;
    const name = twin === 0 ? app.name : `${app.name} #${twin + 1}`;
    const main = guard(app.main, (error) => thrown.set(name, whatWentWrong(error, app.path)));
    apps.push({ ...app, name, main });
  }
  return apps;
}

/** Opens the files first, so that a run is not made in vain; a run that fails leaves none behind. */
function withOutputs(options: RunOptions, trace: Trace, run: () => Executed): Executed {
  const outputs: Output[] = [];
  try {
    if (options.trace !== undefined) outputs.push(traceOutput(options.trace, trace));
    if (options.saveFlash !== undefined) outputs.push(imageOutput(options.saveFlash));
    const executed = run();
    for (const { finish } of outputs) finish(executed);
    for (const { file } of outputs) file.commit();
    return executed;
  } catch (error) {
    for (const { file } of outputs) file.discard();
    if (error instanceof KernelPanic) throw new UsageError(`kernel panic: ${error.message}`);
    throw error;
  }
}

function traceOutput(path: string, trace: Trace): Output {
  const formatter = formatterFor(path);
  if (formatter === undefined) {
    const endings = Object.keys(TRACE_FORMATS).join(', ');
    throw new UsageError(`${path}: the name of a trace ends in ${endings}`);
  }
  const file = new OutputFile(path);
  file.write(formatter.begin());
  trace.on('record', (record) => {
    file.write(formatter.record(record));
  });
  const finish = (): void => {
    trace.flush();
    file.write(formatter.end());
  };
  return { file, finish };
}

function imageOutput(path: string): Output {
  const file = new OutputFile(path);
  const finish = ({ flash }: Executed): void => {
    file.write(flash.bytes(0, flash.size));
  };
  return { file, finish };
}
