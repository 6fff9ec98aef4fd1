// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * An app that counts in the key-value store beside the authenticator, and what it must find after a cut.
 *
 * NON-TOCK: half app, half witness, so that it stands with the laboratory.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { CutVerdict } from './model.ts';

const KEY = 'count';
const NOSUPPORT = 10;
const PAUSE_MILLISECONDS = 5;
/** A power-on may last for days. */
const MOST_COUNTS = 200;

/** What the app was told, kept over power cuts. */
export class Counter {
  private acknowledged = 0;
  private inFlight = 0;
  private verdict: CutVerdict | undefined;

  /** What was found since the last time that somebody asked. */
  takeVerdict(): CutVerdict | undefined {
    const { verdict } = this;
    this.verdict = undefined;
    return verdict;
  }

  /** Looks, and counts on. */
  *main(tock: Libtock): Userspace<number> {
    const got = yield* tock.kv.getText(KEY);
    const absent = !got.ok && got.error === NOSUPPORT;
    this.verdict = got.ok ? this.judge(Number(got.value)) : absent ? this.judge(0) : 'UNREADABLE';
    for (let count = 0; count < MOST_COUNTS; count++) {
      this.inFlight = this.acknowledged + 1;
      const set = yield* tock.kv.set(KEY, String(this.inFlight));
      if (!set.ok) return set.error;
      this.acknowledged = this.inFlight;
      yield* tock.alarm.sleep(PAUSE_MILLISECONDS);
    }
    return 0;
  }

  private judge(found: number): CutVerdict {
    const { acknowledged, inFlight } = this;
    this.acknowledged = this.inFlight = found;
    if (found === acknowledged) return 'OLD';
    if (found === inFlight) return 'NEW';
    return found < acknowledged ? 'LOST_ACK' : 'UNREADABLE';
  }
}
