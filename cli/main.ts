// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The command line: parses, calls, prints, and turns every failure into an exit code.
 *
 * NON-TOCK: the simulator's own command line. Bad use is one line on stderr and exit code 2; see
 * `usage-error.ts`.
 */
import { CommanderError } from 'commander';
import type { CliContext } from './context.ts';
import { printList } from './lists.ts';
import { createProgram } from './program.ts';
import { ExitCode, UsageError } from './usage-error.ts';

/** Runs one command line, without the names of node and the script; the result is the exit code. */
export async function main(args: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = ExitCode.OK;
  const program = createProgram(context, (found) => {
    code = found;
  });
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof UsageError) return refuse(context, error.message);
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ExitCode.OK;
    const { list, json } = program.opts<{ list?: string; json?: boolean }>();
    if (error.code !== 'commander.help') return refuse(context, wording(error.message));
    if (list !== undefined) return printList(context, list, json === true);
    return refuse(
      context,
      `${args.join(' ')}: a command is missing; see tocksim ${args.join(' ')} --help`,
    );
  }
}

function refuse(context: CliContext, message: string): ExitCode {
  context.err(`tocksim: ${oneLine(message)}\n`);
  return ExitCode.USAGE;
}

const LONGEST_MESSAGE = 1000;

/** A message may quote a file from anywhere: it comes out as one line, and moves no cursor. */
function oneLine(message: string): string {
  const half = LONGEST_MESSAGE / 2;
  const cut =
    message.length > LONGEST_MESSAGE
      ? `${message.slice(0, half)} … ${message.slice(-half)}`
      : message;
  return cut.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => {
    return `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Commander's `error: unknown option '--bord'\n(Did you mean --board?)` in our form. */
function wording(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)/, ' (did you mean $1?)')
    .replace(/\.$/, '');
}
