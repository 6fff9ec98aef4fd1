// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Mocha's dots, closed by one line that a script can read: `N passed, N failed`.
 *
 * NON-TOCK: CommonJS because mocha loads reporters by `require`.
 */
const { reporters, Runner } = require('mocha');

/** Counts a failing hook as a failure, too, as mocha's own summary does. */
module.exports = class Totals extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const skipped = pending > 0 ? `, ${pending} skipped` : '';
      console.log(`${passes} passed, ${failures} failed${skipped}`);
    });
  }
};
