// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A group of commands with one subcommand of the laboratory, for its test.
 *
 * NON-TOCK.
 */
import { createProgram, type AddCommand } from '#cli/program';

/** Runs a subcommand in this process: what it printed, and what it ended with. */
export async function crash(
  add: AddCommand,
  ...args: string[]
): Promise<{ code: number; out: string }> {
  const chunks: string[] = [];
  const ended = { code: 0 };
  const context = {
    out: (text: string | Uint8Array): void => {
      chunks.push(typeof text === 'string' ? text : new TextDecoder().decode(text));
    },
    err: (): void => undefined,
    interactive: false,
  };
  const program = createProgram(context, () => undefined);
  add(program.command('laboratory'), context, (code) => {
    ended.code = code;
  });
  await program.parseAsync(['laboratory', ...args], { from: 'user' });
  return { code: ended.code, out: chunks.join('') };
}
