// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim store replay`: golden vectors against the persistent store, a line a file.
 *
 * NON-TOCK: it judges the simulator's own store.
 */
import type { Command } from 'commander';
import { Option } from 'commander';
import { createHash } from 'node:crypto';
import { MODES, type ModeName } from '#libraries/persistent-store/mode';
import { replay, type Difference } from '#libraries/persistent-store/replay';
import { parseVector } from '#libraries/persistent-store/vector';
import type { CliContext } from '../context.ts';
import { readText } from '../files.ts';
import { examples } from '../help.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly reads: boolean;
  readonly mode: ModeName;
  readonly json?: boolean;
}

/** What became of one file. */
type Outcome =
  | {
      file: string;
      verdict: 'ok' | 'differs';
      kind: string;
      steps: number;
      facts: number;
      difference?: Difference;
    }
  | { file: string; verdict: 'refused'; reason: string };

/** Adds the group `store` with its command `replay`. */
export function addStore(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('store')
    .description('check the persistent store')
    .command('replay')
    .description(
      'replay golden vectors on the persistent store: a line a file, ok or the first\ndifference',
    )
    .argument('<file...>', 'vectors (JSON, format opensk-store-vectors/1)')
    .addOption(
      new Option(
        '--mode <name>',
        'the behaviour to replay; `ours` also wipes what a cut roll-back left',
      )
        .choices(Object.keys(MODES))
        .default('upstream'),
    )
    .option('--no-reads', 'do not compare the counts of reads')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `${examples(['tocksim store replay test/vectors/opensk/*.json'])}

Exit code: 0 all as the vectors say, 1 a difference, 2 a file that is no vector.`,
    )
    .action((files: string[], options: Options) => {
      finish(replayFiles(context, files, options));
    });
}

function replayFiles(context: CliContext, files: readonly string[], options: Options): ExitCode {
  const outcomes: Outcome[] = [];
  for (const file of files) {
    const outcome = replayFile(file, options);
    outcomes.push(outcome);
    if (outcome.verdict === 'refused') context.err(`tocksim: ${outcome.reason}\n`);
    else if (options.json !== true) context.out(`${line(outcome)}\n`);
  }
  if (options.json === true) context.out(`${JSON.stringify({ files: outcomes }, undefined, 2)}\n`);
  if (outcomes.some(({ verdict }) => verdict === 'refused')) return ExitCode.USAGE;
  return outcomes.some(({ verdict }) => verdict === 'differs') ? ExitCode.FOUND : ExitCode.OK;
}

function replayFile(file: string, { reads, mode }: Options): Outcome {
  try {
    const vector = parseVector(parseJson(file));
    if (!vector.ok) throw new UsageError(`${file}: no vector: ${vector.error}`);
    const { difference, replayed, compared } = replay(vector.value, { sha256, reads, mode });
    const counts = { kind: vector.value.kind, steps: replayed, facts: compared };
    return difference === undefined
      ? { file, verdict: 'ok', ...counts }
      : { file, verdict: 'differs', ...counts, difference };
  } catch (error) {
    if (error instanceof UsageError) return { file, verdict: 'refused', reason: error.message };
    throw error;
  }
}

function parseJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file}: not JSON`);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function line(outcome: Exclude<Outcome, { verdict: 'refused' }>): string {
  const { file, kind, steps, facts, difference } = outcome;
  const unit = kind === 'linear' ? 'operations' : 'cases';
  if (difference === undefined) return `ok       ${file}: ${steps} ${unit}, ${facts} facts`;
  const { index, field, expected, actual } = difference;
  return `differs  ${file}: ${unit.slice(0, -1)} ${index}, ${field}: expected ${String(expected)}, found ${String(actual)}`;
}
