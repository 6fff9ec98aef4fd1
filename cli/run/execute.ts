// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lets the board of a session run, once or through the power cycles of a workload.
 *
 * NON-TOCK: on hardware, power does this.
 */
import { ns, type Nanoseconds } from '#kernel/time';
import type { FlashStatistics, Machine, Running } from '#lab/run/machine';
import { replayWorkload, type Replay, type ReplayOutcome } from '#lab/run/power-cycles';
import type { CheckedLine } from '#lab/run/workload';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { AppMain } from '#boards/board';
import { UsageError } from '../usage-error.ts';
import { Progress } from './progress.ts';
import type { Session } from './session.ts';

/** What a run left behind. */
export interface Executed {
  readonly outcome: ReplayOutcome;
  /** The processes of the last power-on, in the order of the command line. */
  readonly processes: readonly Running[];
  readonly flash: NorFlash;
  readonly statistics: FlashStatistics;
  readonly epochMilliseconds: number;
  /** Since the last power-on. */
  readonly now: Nanoseconds;
  /** Figures of the commands, when there was a workload. */
  readonly replay?: Replay<NorFlash, unknown>;
}

/** Runs the session's apps. */
export function execute(session: Session): Executed {
  return session.lines === undefined ? runOnce(session) : runWorkload(session, session.lines);
}

function powerOn(
  { board, boardOptions, ownership }: Session,
  flash: NorFlash,
  epochMilliseconds: number,
): Machine<NorFlash, AppMain> {
  if (ownership === undefined) return board.boot({ ...boardOptions, epochMilliseconds, flash });
  const watch = ownership.watch(() => ns(epochMilliseconds * 1e6 + machine.clock.now));
  const machine = board.boot({ ...boardOptions, epochMilliseconds, flash, watch });
  return machine;
}

function runOnce(session: Session): Executed {
  const machine = powerOn(session, session.cells, 0);
  const processes = session.apps.map(({ name, main }) => machine.load({ name, main }));
  const outcome = machine.run(session.options.until);
  const { flash, clock } = machine;
  const { now, epochMilliseconds } = clock;
  return { outcome, processes, flash, statistics: machine.statistics(), now, epochMilliseconds };
}

function runWorkload(session: Session, lines: readonly CheckedLine[]): Executed {
  const [app, ...beside] = session.apps;
  if (app === undefined) throw new UsageError('--workload: an app is missing that replays it');
  const { until } = session.options;
  const progress = new Progress(session.context.interactive, lines.length);
  try {
    const replay = replayWorkload<NorFlash, AppMain, unknown>({
      boot: (flash, epoch) => powerOn(session, flash ?? session.cells, epoch),
      lines,
      app,
      beside,
      state: {},
      onProgress: (done) => {
        progress.show(done);
      },
      ...(until === undefined ? {} : { until }),
    });
    checkComplete(app.name, lines, replay);
    const { outcome, processes, flash, totals, epochMilliseconds, now } = replay;
    return { outcome, processes, flash, statistics: totals, epochMilliseconds, now, replay };
  } finally {
    progress.stop();
  }
}

/** An app that ends well but leaves calls out is none that replays workloads. */
function checkComplete(
  name: string,
  lines: readonly CheckedLine[],
  { outcome, totals }: Replay<NorFlash, unknown>,
): void {
  const calls = lines.filter(({ op }) => op !== 'boot').length;
  if (outcome !== 'finished' || totals.lines === calls) return;
  throw new UsageError(
    `--workload: ${name} made ${totals.lines} of the ${calls} calls; does it replay workloads?`,
  );
}
