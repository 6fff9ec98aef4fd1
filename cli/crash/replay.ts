// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One `tocksim crash replay`: a case from a file or from the replay line itself, step by step.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { caseFromText, type CrashCase } from '#lab/crash/crash-case';
import { replayCase, type ReplayStep } from '#lab/crash/replay';
import { replayView } from '#lab/crash/replay-view';
import { isGood, VERDICTS, type Verdict } from '#lab/crash/verdict';
import { wrap } from '#lab/report/columns';
import type { CliContext } from '../context.ts';
import { ExitCode, UsageError } from '../usage-error.ts';
import { readCase } from './corpus-folder.ts';

/** The options of `tocksim crash replay`. */
export interface ReplayFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Plays a case; the exit code says whether it shows a fault. */
export function replay(source: string, { all, json }: ReplayFlags, context: CliContext): ExitCode {
  const crashCase = source.startsWith('{') ? fromLine(source) : readCase(source);
  const steps = replayCase(crashCase);
  if (!steps.ok) throw new UsageError(`the case cannot be played: ${steps.error}`);
  const verdict = steps.value.findLast((step) => step.verdict !== undefined)?.verdict;
  if (verdict === undefined) throw new UsageError('the case shows nothing: it ends without a boot');
  context.out(
    json === true
      ? `${JSON.stringify(toJson(crashCase, steps.value, verdict), undefined, 2)}\n`
      : `${replayView(crashCase, steps.value, { all: all === true })}\n${ending(crashCase, verdict)}\n`,
  );
  return isGood(verdict) ? ExitCode.OK : ExitCode.FOUND;
}

function fromLine(text: string): CrashCase {
  const parsed = caseFromText(text);
  if (!parsed.ok) throw new UsageError(`the replay line: no case: ${parsed.error}`);
  return parsed.value;
}

function ending({ verdict: was }: CrashCase, is: Verdict): string {
  const before = was === is ? '' : ` The case was saved as ${was}.`;
  return wrap(`${is}: ${VERDICTS[is]}.${before}`, 0);
}

function toJson(
  crashCase: CrashCase,
  steps: readonly ReplayStep[],
  verdict: Verdict,
): Record<string, unknown> {
  const { store, geometry, verdict: was } = crashCase;
  const { pageSize, numPages: pages } = geometry;
  const shown = steps.map(({ image, ...step }) => ({
    ...step,
    image: Buffer.from(image).toString('hex'),
  }));
  return { store, pageSize, pages, was, verdict, steps: shown };
}
