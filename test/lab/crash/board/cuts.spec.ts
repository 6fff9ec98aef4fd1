// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Whole boards whose power goes in virtual time. NON-TOCK. */
import { expect } from 'chai';
import type { StoreHil } from '#boards/board';
import { BOARDS } from '#boards/index';
import { Random } from '#kernel/random';
import { ms, ns } from '#kernel/time';
import { churn } from '#lab/crash/board/churn';
import { lifeOf, withDips, Workbench } from '#lab/crash/board/cuts';
import { Device } from '#lab/crash/board/device';
import { liveThrough } from '#lab/crash/board/report';

function bench(board: string, hil: StoreHil, lines: number): Workbench {
  const kind = BOARDS[board];
  if (kind === undefined) throw new Error(`no board ${board}`);
  const options = { board: kind, hil, storePages: 3, seed: 1 };
  return new Workbench({ ...options, lines: churn({ ...options, lines }) });
}

/** Every so-manieth of a list. */
const sample = <T>(all: readonly T[], step: number): T[] =>
  all.filter((_, index) => index % step === 0);

describe('Power cuts of whole boards', () => {
  it('lose nothing at the beginning, middle and end of flash operations, on either board', () => {
    for (const board of Object.keys(BOARDS)) {
      const workbench = bench(board, 'byte', 80);
      const schedules = sample(workbench.singleCuts(10), 71);
      const { cuts, verdicts, violations } = liveThrough(workbench, schedules);
      expect(violations, board).to.deep.equal([]);
      expect(cuts).to.equal(schedules.length);
      // A cut between two calls is OLD; some of those inside are NEW.
      expect(verdicts.NEW).to.be.greaterThan(0);
      expect(verdicts.OLD).to.be.greaterThan(verdicts.NEW);
    }
  });

  it('lose nothing when the supply dips in the recovery from a cut in a compaction', () => {
    const workbench = bench('nrf52840dk', 'byte', 80);
    const compaction = ns(firstErase(workbench) + 1e6);
    const random = new Random(1);
    const schedules = Array.from({ length: 12 }, () => withDips([compaction], 4, random));
    const { cuts, violations } = liveThrough(workbench, schedules);
    expect(violations).to.deep.equal([]);
    expect(cuts).to.be.greaterThan(4 * schedules.length);
  });

  it('lose nothing over a life of many cuts, and the cells remember their wear', () => {
    const workbench = bench('earlgrey', 'byte', 1200);
    const life = workbench.live(lifeOf(60, ms(60), new Random(1)));
    expect(life.violation).to.equal(undefined);
    expect(life.cuts).to.equal(60);
    expect(life.mostErases).to.be.greaterThan(3);
  });

  it('lose what is on its way through a page in RAM: the translator says so itself (doc/flash-hil.md)', () => {
    const workbench = bench('nrf52840dk', 'page', 12);
    const { violations } = liveThrough(workbench, sample(workbench.singleCuts(0), 9));
    expect(violations.map(({ verdict }) => verdict)).to.include('LOST_ACK');
    for (const violation of violations) {
      expect(violation.schedule).to.have.length(1);
      const again = workbench.live(violation.schedule).violation;
      expect(again).to.deep.include({ verdict: violation.verdict, schedule: violation.schedule });
    }
  });

  it('are made smaller by leaving out cuts that it does not take', () => {
    const workbench = bench('nrf52840dk', 'page', 40);
    const { violation } = workbench.live(lifeOf(30, ms(900), new Random(3)));
    if (violation === undefined) expect.fail('the translator survived');
    const shrunk = workbench.shrink(violation);
    expect(shrunk.schedule.length).to.equal(1);
    expect(workbench.live(shrunk.schedule).violation).to.deep.equal(shrunk);
  });

  it('leave bits half moved, and the same ones for the same seed', () => {
    const { options } = bench('nrf52840dk', 'byte', 80);
    const instant = ns(firstErase(bench('nrf52840dk', 'byte', 80)) + 42e6);
    const images = [1, 1, 2].map((seed) => {
      const device = new Device({ ...options, seed });
      expect(device.powerOn(instant).ended).to.equal('cut');
      return Buffer.from(device.flash.dump());
    });
    const [first, second, other] = images;
    expect(first?.equals(second ?? Buffer.of())).to.equal(true);
    expect(first?.equals(other ?? Buffer.of())).to.equal(false);
  });
});

/** When the first erasure of the run without cuts begins. */
function firstErase({ options }: Workbench): number {
  let first: number | undefined;
  new Device(options).powerOn(undefined, ({ event, t }) => {
    if (event === 'flashErase') first ??= t;
  });
  if (first === undefined) throw new Error('the workload never compacts');
  return first;
}
