// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One `tocksim crash`: the campaign runs, what failed is saved, the result is printed.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { advance, firstStanding } from '#lab/crash/corpus';
import type { CrashCase } from '#lab/crash/crash-case';
import { runCampaign, type Campaign } from '#lab/crash/jobs/campaign';
import { isGood } from '#lab/crash/verdict';
import type { CliContext } from '../context.ts';
import { interruptible } from '../interrupt.ts';
import { ExitCode, UsageError } from '../usage-error.ts';
import { checkFolder, CorpusFolder, saveCase } from './corpus-folder.ts';
import { planOf, type CrashFlags, type CrashPlan } from './plan.ts';
import { CrashProgress } from './progress.ts';
import { resultToJson, resultToText, type CrashResult, type SavedFailure } from './result.ts';

/** Runs a campaign as the flags say; the exit code. */
export async function crash(
  flags: CrashFlags,
  words: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  const result = { ...(await explore(flags, context)), words };
  context.out(
    flags.json === true
      ? `${JSON.stringify(resultToJson(result), undefined, 2)}\n`
      : resultToText(result),
  );
  const { campaign, rejudged } = result;
  const isSound = campaign.report.violationCount === 0 && rejudged.every(({ is }) => isGood(is));
  return isSound ? ExitCode.OK : ExitCode.FOUND;
}

/** Everything but the printing: what cannot be written to is refused before the work. */
async function explore(
  flags: CrashFlags,
  context: CliContext,
): Promise<Omit<CrashResult, 'words'>> {
  const plan = planOf(flags);
  const { options } = plan;
  if (flags.save !== undefined) checkFolder(flags.save);
  const folder = flags.corpus === undefined ? undefined : new CorpusFolder(flags.corpus);
  const standing = folder?.read(options) ?? firstStanding(options);
  const rejudged = folder?.rejudge() ?? [];
  const campaign = await run(plan, standing.next, context);
  const place = flags.save ?? flags.corpus ?? '.';
  const failures = campaign.failures.map((crashCase) => save(place, crashCase, context));
  folder?.write(options, advance(standing, options, campaign.next, campaign.whole));
  const before = { shards: standing.next, cuts: standing.report.cuts };
  return { plan, campaign, failures, before, rejudged };
}

async function run(
  { options, budget, milliseconds, jobs }: CrashPlan,
  from: number,
  { interactive }: CliContext,
): Promise<Campaign> {
  const progress = new CrashProgress(
    interactive,
    milliseconds === undefined ? budget : { milliseconds },
  );
  try {
    return await interruptible((signal) =>
      runCampaign(options, {
        jobs,
        budget,
        from,
        signal,
        onProgress: (done) => {
          progress.show(done);
        },
        ...(milliseconds === undefined ? {} : { milliseconds }),
      }),
    );
  } finally {
    progress.stop();
  }
}

/** The report is worth more than the file: what cannot be saved is only said. */
function save(folder: string, crashCase: CrashCase, context: CliContext): SavedFailure {
  try {
    return { crashCase, file: saveCase(folder, crashCase) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    context.err(`tocksim: not saved: ${error.message}\n`);
    return { crashCase, file: undefined };
  }
}
