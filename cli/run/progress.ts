// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A bar on stderr for runs that take their time, on terminals only.
 *
 * NON-TOCK: hardware shows no progress.
 */
import cliProgress from 'cli-progress';

const PATIENCE_MILLISECONDS = 2000;

/** Shows nothing in the first two seconds, and nothing at all when nobody is watching. */
export class Progress {
  private readonly start = Date.now();
  private bar: cliProgress.SingleBar | undefined;

  constructor(
    private readonly interactive: boolean,
    private readonly total: number,
    private readonly unit = 'calls',
  ) {}

  /** Says how much is done, of a total that may only be known now. */
  show(done: number, total = this.total): void {
    if (!this.interactive || Date.now() - this.start < PATIENCE_MILLISECONDS) return;
    if (this.bar === undefined) {
      this.bar = new cliProgress.SingleBar({
        format: `{bar} {percentage} % | {value} of {total} ${this.unit} | {eta_formatted} left`,
        clearOnComplete: true,
        // Ctrl-C ends the process at once: nobody would show a hidden cursor again.
        hideCursor: false,
        barsize: 28,
        // A run is one long synchronous stretch: the bar's own timer never fires.
        synchronousUpdate: true,
      });
      this.bar.start(total, done);
    }
    this.bar.update(done);
  }

  /** Clears the line. */
  stop(): void {
    this.bar?.stop();
  }
}
