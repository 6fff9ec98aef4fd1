// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The tree of commands with their options and help. NON-TOCK: the simulator's own command line. */
import { Command } from 'commander';
import { addCrash } from './commands/crash.ts';
import { addInspect } from './commands/inspect.ts';
import { addRun } from './commands/run.ts';
import { addStore } from './commands/store-replay.ts';
import { addStudy } from './commands/study.ts';
import { addSwap } from './commands/swap.ts';
import type { CliContext } from './context.ts';
import { examples } from './help.ts';
import { LISTS } from './lists.ts';
import { oneOf } from './suggest.ts';
import type { ExitCode } from './usage-error.ts';
import { version } from './version.ts';

const HELP_WIDTH = 80;

/** A command tells how its work ended through `finish`; without it the exit code is 0. */
export type Finish = (code: ExitCode) => void;

/** Adds one command, or a group of them, to the tree. */
export type AddCommand = (program: Command, context: CliContext, finish: Finish) => void;

const COMMANDS: readonly AddCommand[] = [addRun, addInspect, addStore, addSwap, addCrash, addStudy];

/** Builds the tree afresh: commander keeps the values of options in it. */
export function createProgram(context: CliContext, finish: Finish): Command {
  const program = new Command('tocksim')
    .description('Runs Tock systems in virtual time: kernel, capsules, chips, processes, flash.')
    .version(version(), '-V, --version', 'print the version')
    .option('--list <what>', `list what there is: ${Object.keys(LISTS).join(', ')}`, (word) =>
      oneOf('list', Object.keys(LISTS))(word),
    )
    .option('--json', 'with --list: print JSON')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', examples(['tocksim run hello', 'tocksim --list apps']))
    // `--json` before a command is the list's, behind it the command's.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: context.out,
      // What went wrong is printed by `main`, on one line.
      writeErr: () => undefined,
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    });
  for (const add of COMMANDS) add(program, context, finish);
  return program;
}
