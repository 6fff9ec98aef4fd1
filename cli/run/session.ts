// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One `tocksim run`: everything is read, checked and opened first, then the board runs, then files
 * get their names and the result is printed.
 *
 * NON-TOCK: on hardware, tockloader and a reset do this.
 */
import {
  TICKV_STACKS,
  type AppMain,
  type BoardKind,
  type BoardOptions,
  type TicKvStack,
  type Wiring,
} from '#boards/board';
import { BOARDS } from '#boards/index';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { KernelPanic } from '#kernel/assert';
import type { AnyDriver } from '#kernel/driver';
import { PROFILES } from '#kernel/profile';
import { NO_PROCESS, Trace, TraceEvent } from '#kernel/trace';
import { KIND_NAMES, type MapDefinition } from '#libraries/store/definition';
import { storeOf, whyNot } from '#libraries/stores';
import { formatterFor, TRACE_FORMATS } from '#lab/trace/formats';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';
import { loadApp, whatWentWrong, type AppFile } from '../app-file.ts';
import type { RunOptions } from '../commands/run.ts';
import type { CliContext } from '../context.ts';
import { OutputFile, readBytes, readText } from '../files.ts';
import { guard } from '../guard.ts';
import { ExitCode, UsageError } from '../usage-error.ts';
import { execute, type Executed } from './execute.ts';
import { OwnershipReport } from './ownership.ts';
import { printResult } from './result.ts';

/** An app, with drivers of the user's own. */
type UserApp = AppFile<AppMain, DriverFactory>;
type DriverFactory = NonNullable<BoardOptions['drivers']>;

/** All that a run needs, checked. */
export interface Session {
  readonly board: BoardKind;
  readonly boardOptions: Omit<BoardOptions, 'epochMilliseconds' | 'flash'>;
  readonly cells: NorFlash;
  readonly apps: readonly UserApp[];
  readonly lines: readonly CheckedLine[] | undefined;
  readonly options: RunOptions;
  /** What lent functions and buffers suffer, when it is watched. */
  readonly ownership: OwnershipReport | undefined;
  readonly context: CliContext;
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
  checkStorePages(options, board);
  checkEcc(options, board);
  const kvStore = kvStoreOf(options, board);
  const cells = board.freshFlash({ seed: options.seed });
  if (options.flash !== undefined) loadImage(options.flash, cells);
  const apps = await loadApps(words);
  const trace = new Trace();
  const chunks: Uint8Array[] = [];
  const boardOptions = {
    profile: PROFILES[options.profile],
    hil: options.hil,
    trace,
    faithful: flawsFor(options, board),
    ecc: options.ecc,
    seed: options.seed,
    drivers: driversOf(apps),
    kvStore,
    cfstore: options.cfstore,
    ...(options.storePages === undefined ? {} : { storePages: options.storePages }),
    onConsole: (bytes: Uint8Array): void => {
      recordConsole(trace, bytes);
      if (options.json === true) chunks.push(bytes.slice());
      else context.out(bytes);
    },
  };
  const ownership =
    options.watchOwnership === true
      ? new OwnershipReport(boardOptions.profile, (text) => {
          context.err(text);
        })
      : undefined;
  const session = { board, boardOptions, cells, apps, lines, options, ownership, context };
  const executed = withOutputs(options, trace, () => execute(session));
  return printResult(session, executed, chunks);
}

function boardOf(name: string): BoardKind {
  const board = BOARDS[name];
  if (board === undefined) throw new UsageError(`unknown board '${name}'`);
  return board;
}

function readWorkload(path: string): readonly CheckedLine[] {
  const parsed = parseWorkload(readText(path));
  if (!parsed.ok) throw new UsageError(`${path}: ${parsed.error}`);
  return parsed.value;
}

function checkStorePages({ board, storePages }: RunOptions, { storePages: room }: BoardKind): void {
  if (storePages === undefined || (storePages >= room.least && storePages <= room.most)) return;
  throw new UsageError(
    `--store-pages: ${board} has room for ${room.least} to ${room.most} pages, not ${storePages}`,
  );
}

/** What stands under the key-value driver: a store is a map that can live where the board has its pages. */
function kvStoreOf({ store, board }: RunOptions, { kv }: BoardKind): MapDefinition | TicKvStack {
  const stack = TICKV_STACKS.find((name) => name === store);
  if (stack !== undefined) return stack;
  const definition = storeOf(store);
  if (definition?.kind !== 'map') {
    const kind = definition === undefined ? 'unknown' : KIND_NAMES[definition.kind];
    throw new UsageError(`--store: ${store} is ${kind}, and the key-value driver needs a map`);
  }
  const reason = whyNot(definition, kv);
  if (reason === undefined) return definition;
  const pages = `${kv.numPages} pages of ${kv.pageSize} bytes`;
  throw new UsageError(`--store: ${store} ${reason}; ${board} has ${pages} for it`);
}

function checkEcc({ board, ecc }: RunOptions, { whyNotEcc }: BoardKind): void {
  if (ecc === 'off') return;
  if (whyNotEcc === undefined) throw new UsageError(`--ecc: the flash of ${board} has none`);
  if (ecc === 'on') throw new UsageError(`--ecc on: ${whyNotEcc}`);
}

function flawsFor({ board, faithful }: RunOptions, { flaws }: BoardKind): readonly string[] {
  if (faithful === true) return Object.keys(flaws);
  for (const name of faithful ?? []) {
    if (!(name in flaws)) throw new UsageError(`--faithful: ${board} has nothing with ${name}`);
  }
  return faithful ?? [];
}

/** What left the board on the serial line, as text; bytes that are no UTF-8 show as U+FFFD. */
function recordConsole(trace: Trace, bytes: Uint8Array): void {
  if (!trace.enabled) return;
  trace.record(TraceEvent.console, NO_PROCESS, trace.text(new TextDecoder().decode(bytes)));
}

function loadImage(path: string, part: NorFlash): void {
  const image = readBytes(path);
  if (image.length !== part.size) {
    throw new UsageError(
      `${path}: an image of this board's flash is ${part.size} bytes, not ${image.length}`,
    );
  }
  part.load(image);
}

async function loadApps(words: readonly string[]): Promise<UserApp[]> {
  const apps: UserApp[] = [];
  for (const word of words) {
    const app = await loadApp<AppMain, DriverFactory>(word);
    const twin = apps.filter(({ name }) => name.replace(/ #\d+$/, '') === app.name).length;
    const name = twin === 0 ? app.name : `${app.name} #${twin + 1}`;
    apps.push({ ...app, name, main: guard(app.main) });
  }
  return apps;
}

/** The drivers of all files, in order; what is wrong with them is the user's to mend. */
function driversOf(apps: readonly UserApp[]): DriverFactory {
  return (wiring) => apps.flatMap((app) => driversOfApp(app, wiring));
}

function driversOfApp(
  { drivers, path }: UserApp,
  wiring: Wiring,
): (readonly [number, AnyDriver])[] {
  if (drivers === undefined) return [];
  try {
    return [...drivers(wiring)];
  } catch (error) {
    throw new UsageError(`drivers: ${whatWentWrong(error, path)}`);
  }
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
