// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim swap`: misbehaving capsules against seven designs of who owns callbacks and buffers.
 *
 * NON-TOCK: the laboratory of doc/CALLBACK-OWNERSHIP.md.
 */
import type { Command } from 'commander';
import type { ViolationReaction } from '#kernel/enforcement';
import { DESIGNS, type Design } from '#lab/swap/designs';
import { runMatrix, type Cell, type MatrixOptions } from '#lab/swap/matrix';
import { MISBEHAVIOURS } from '#lab/swap/misbehaviours';
import { cellsJson, cellsText, matrixText } from '#lab/swap/report';
import { statusRows } from '#lab/swap/return-code';
import { statusText } from '#lab/swap/return-code-page';
import { formatterFor, TRACE_FORMATS } from '#lab/trace/formats';
import type { CliContext } from '../context.ts';
import { OutputFile } from '../files.ts';
import { examples } from '../help.ts';
import { oneOf, wholeNumber } from '../suggest.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  /** 2.1 exchanges as 2.2 does. */
  readonly profile?: Design | '2.1';
  readonly misbehaviour?: number;
  readonly reaction: ViolationReaction;
  readonly trace?: string;
  readonly status?: boolean;
  readonly json?: boolean;
}

const REACTIONS: readonly ViolationReaction[] = ['panic', 'kill', 'disable'];

const EPILOGUE = `${examples([
  'tocksim swap',
  'tocksim swap --profile e --misbehaviour 8',
  'tocksim swap --misbehaviour 10 --reaction disable',
  'tocksim swap --profile 1.x --misbehaviour 1 --trace kept.jsonl',
  'tocksim swap --status',
])}

Without --profile and --misbehaviour the whole matrix is printed, a letter a
cell; with one of them its cells are explained: what the capsule did, what
kernel, compiler and apps noticed, what userspace suffered. A trace holds the
runs of all cells that were asked for, in order; each begins with powerOn.
doc/CALLBACK-OWNERSHIP.md tells what was found.

Exit code: 0 the runs were made, whatever they showed; 2 bad use.`;

/** Adds the command. */
export function addSwap(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  const last = MISBEHAVIOURS.length;
  program
    .command('swap')
    .description(
      'run misbehaving capsules against seven designs of who owns\ncallbacks and buffers: who notices, and what userspace suffers',
    )
    .option(
      '--profile <name>',
      `one design: ${DESIGNS.join(', ')} (2.1: as 2.2)`,
      oneOf('profile', [...DESIGNS, '2.1']),
    )
    .option('--misbehaviour <n>', `one row, 1 to ${last.toString()}`, wholeNumber(1, last))
    .option(
      '--reaction <name>',
      'what follows a violation: panic, kill (the process),\ndisable (the driver)',
      oneOf('reaction', REACTIONS),
      'kill',
    )
    .option('--trace <file>', 'write what happens: .jsonl, .txt, or .json for Perfetto')
    .option('--status', 'no matrix: what apps conclude from the numbers of each kernel')
    .option('--json', 'print JSON')
    .addHelpText('after', EPILOGUE)
    .action((options: Options) => {
      if (options.status === true) printStatus(context, options);
      else print(context, options, run(options));
      finish(ExitCode.OK);
    });
}

function printStatus(context: CliContext, { json }: Options): void {
  const rows = statusRows();
  context.out(json === true ? `${JSON.stringify({ rows }, undefined, 2)}\n` : statusText(rows));
}

function selection({ profile, misbehaviour, reaction }: Options): MatrixOptions {
  return {
    reaction,
    ...(profile === undefined ? {} : { designs: [profile === '2.1' ? '2.2' : profile] }),
    ...(misbehaviour === undefined
      ? {}
      : { misbehaviours: MISBEHAVIOURS.filter(({ number }) => number === misbehaviour) }),
  };
}

function run(options: Options): Cell[] {
  const { trace } = options;
  if (trace === undefined) return runMatrix(selection(options));
  const formatter = formatterFor(trace);
  if (formatter === undefined) {
    const endings = Object.keys(TRACE_FORMATS).join(', ');
    throw new UsageError(`${trace}: the name of a trace ends in ${endings}`);
  }
  const file = new OutputFile(trace);
  try {
    file.write(formatter.begin());
    const cells = runMatrix({
      ...selection(options),
      onRecord: (record) => {
        file.write(formatter.record(record));
      },
    });
    file.write(formatter.end());
    file.commit();
    return cells;
  } catch (error) {
    file.discard();
    throw error;
  }
}

function print(context: CliContext, options: Options, cells: readonly Cell[]): void {
  const { json, profile, misbehaviour } = options;
  if (json === true) context.out(`${JSON.stringify(cellsJson(cells), undefined, 2)}\n`);
  else if (profile === undefined && misbehaviour === undefined) context.out(matrixText(cells));
  else context.out(cellsText(cells));
}
