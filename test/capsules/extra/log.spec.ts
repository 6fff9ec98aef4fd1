// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The log over pages: on both chips, hardened and as Tock has it; over power losses, failures and the end of the flash.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Log } from '#capsules/extra/log';
import { describeLog, type LogFixture } from '#conformance/log';
import { entry, LogUser } from '#conformance/log-user';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { crc32 } from '#libraries/crc';
import { putWord } from '#libraries/words';
import { HARDENED, LITERAL } from '#libraries/tock-log/mode';
import * as lowrisc from '../../chips/lowrisc/support.ts';
import * as nrf52 from '../../chips/nrf52/support.ts';
import type { FakeFlashOptions } from '../../support/fake-flash.ts';
import { Bench, KINDS, entries, fill, perPage, type Kind } from '../../support/log-bench.ts';

/** A log on four pages of the nRF52840. */
function onNvmc(kind: Kind): LogFixture {
  let powered = nrf52.power();
  const boot = (): Log =>
    new Log({ flash: nrf52.driver(powered), deferredCalls: powered.deferredCalls, ...kind });
  const longest = 4096 - kind.mode.headerSize - 4;
  return {
    ...{ log: boot(), longest, circular: kind.circular, settle: () => powered.settle() },
    reboot: () => {
      powered = nrf52.power({ cells: powered.cells });
      return boot();
    },
  };
}

/** The same on Earl Grey, whose writes do not erase: Tock's own would leave old AND new there. */
function onEarlgrey(kind: Kind): LogFixture {
  let powered = lowrisc.power();
  const boot = (): Log =>
    new Log({ flash: lowrisc.driver(powered), deferredCalls: powered.deferredCalls, ...kind });
  const longest = lowrisc.PAGE - kind.mode.headerSize - 4;
  return {
    ...{ log: boot(), longest, circular: kind.circular, settle: () => powered.settle() },
    reboot: () => {
      powered = lowrisc.power({ cells: powered.cells });
      return boot();
    },
  };
}

for (const [name, kind] of Object.entries(KINDS)) {
  describeLog(`Log on Nvmc, ${name}`, () => onNvmc(kind));
  describeLog(`Log on FlashCtrlPartition, ${name}`, () => onEarlgrey(kind));
  for (const writeErases of [false, true]) {
    const erases = writeErases ? 'erase' : 'do not erase';
    describeLog(
      `Log on a flash whose writes ${erases}, ${name}`,
      () => new Bench(kind, { writeErases }),
    );
  }
}

describe('Log', () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    describe(name, () => {
      let bench: Bench;
      let user: LogUser;

      function create(options: FakeFlashOptions = {}): void {
        bench = new Bench(kind, { pages: 8, ...options });
        user = bench.user();
      }

      beforeEach(() => create());

      it('TS-05: ten entries, a sync, a boot: ten entries (case H44)', () => {
        fill(user, entries(0, 10));
        expect(user.sync()).to.equal(undefined);
        expect(bench.rebooted().readAll()).to.deep.equal(entries(0, 10));
      });

      it('TS-06: ten entries, no sync, a cut: those of whole pages are there', () => {
        fill(user, entries(0, 10));
        const written = Math.floor(9 / perPage(kind)) * perPage(kind);
        expect(bench.rebooted().readAll()).to.deep.equal(entries(0, written));
      });

      it('TS-09: no entry crosses a page; what is left of a page is padding', () => {
        const list = [9, 23, 31, 40, 1, 38, 17].map((length, number) => entry(number, length));
        fill(user, list);
        user.sync();
        const ids = list.map(() => {
          user.read();
          return user.log.nextReadEntryId();
        });
        for (const [number, next] of ids.entries()) {
          const id = next - (list[number]?.length ?? 0) - 4;
          expect(Math.floor(id / 64), `${id}`).to.equal(Math.floor((next - 1) / 64));
          expect(id % 64).to.be.at.least(kind.mode.headerSize);
        }
        const first = bench.flash.page(0).subarray(kind.mode.headerSize + 13 + 27);
        expect(new Set(first), 'of the first page').to.deep.equal(new Set([0xff]));
      });

      it('refuses a seek into the middle of an entry, and stays where it is', () => {
        fill(user, entries(0, 3));
        const id = user.log.logStart();
        expect(user.seek(id + 4)).to.equal(ErrorCode.INVAL);
        expect(user.readAll()).to.deep.equal(entries(0, 3));
      });

      it('programs no word twice between two erasures, and each page write is one', () => {
        for (let number = 0; number < 40; number++) {
          user.append(entry(number));
          if (number % 3 === 0) user.sync();
        }
        expect(bench.flash.overprogrammed).to.deep.equal([]);
      });

      it('knows its size: all pages but their headers', () => {
        expect(user.log.getSize()).to.equal(8 * (64 - kind.mode.headerSize));
      });

      it('is BUSY until it has read the flash; when that fails FAIL, and it reads it again', () => {
        fill(user, entries(0, 5));
        user.sync();
        bench.reboot();
        expect(bench.log.sync()).to.deep.equal(Err(ErrorCode.BUSY));
        bench.flash.fail(3);
        user = bench.user();
        const buffer = new Uint8Array(16);
        expect(user.log.read(buffer, 16)).to.deep.equal(Err([ErrorCode.FAIL, buffer]));
        expect(user.log.read(buffer, 16)).to.deep.equal(Err([ErrorCode.BUSY, buffer]));
        bench.settle();
        expect(user.readAll()).to.deep.equal(entries(0, 5));
      });

      it('TS-04: FAIL of a step, at whatever one, leaves it usable, and what is in RAM can be synced', () => {
        for (const fault of ['fail', 'refuse'] as const) {
          for (let step = 0; step < 2; step++) {
            create({ writeErases: true });
            fill(user, entries(0, perPage(kind)));
            bench.flash[fault](0);
            const failed = step === 0 ? user.sync() : user.append(entry(perPage(kind)));
            expect(failed, `${fault} ${step}`).to.equal(ErrorCode.FAIL);
            expect(user.sync()).to.equal(undefined);
            expect(bench.rebooted().readAll()).to.deep.equal(entries(0, perPage(kind)));
          }
        }
      });

      it('says FAIL when an entry cannot be read, and when an erasure fails', () => {
        fill(user, entries(0, 5));
        bench.flash.fail(0);
        expect(user.read()).to.equal(ErrorCode.FAIL);
        bench.flash.fail(0);
        expect(user.seek(user.log.logStart() + 20)).to.equal(ErrorCode.FAIL);
        expect(user.read()).to.deep.equal(entry(0));
        bench.flash.fail(0);
        expect(user.erase()).to.equal(ErrorCode.FAIL);
        expect(user.erase()).to.equal(undefined);
        expect(user.log.logEnd()).to.equal(kind.mode.headerSize);
      });
    });
  }

  it('TS-08: a linear log ends where its pages do: all of them as Tock has it, all but one when hardened', () => {
    for (const name of ['linear, literal', 'linear, hardened'] as const) {
      const kind = KINDS[name];
      if (kind === undefined) continue;
      const user = new Bench(kind, { pages: 8 }).user();
      const pages = kind.mode === LITERAL ? 8 : 7;
      fill(user, entries(0, pages * perPage(kind)));
      expect(user.append(entry(0)), name).to.equal(ErrorCode.FAIL);
      expect(user.readAll(), name).to.have.length(pages * perPage(kind));
      expect(user.client.calls.every(({ recordsLost = false }) => !recordsLost)).to.equal(true);
    }
  });

  it('TS-08: a circular log loses a page at a time, and says so from then on (case H44)', () => {
    for (const name of ['circular, literal', 'circular, hardened'] as const) {
      const kind = KINDS[name];
      if (kind === undefined) continue;
      const user = new Bench(kind, { pages: 4 }).user();
      const most = 4 * perPage(kind);
      // The page in RAM is one more than those in flash.
      fill(user, entries(0, most + 2 * perPage(kind)));
      const told = user.client.calls.map(({ recordsLost }) => recordsLost);
      const first = most + perPage(kind);
      expect(told.indexOf(true), name).to.equal(first);
      expect(told.lastIndexOf(false), name).to.equal(first - 1);
      expect(user.readAll(), name).to.deep.equal(entries(perPage(kind), most + 2 * perPage(kind)));
    }
  });

  it('TS-10: a seek to what was overwritten is INVAL; the reader goes on with the oldest there is', () => {
    for (const name of ['circular, literal', 'circular, hardened'] as const) {
      const kind = KINDS[name];
      if (kind === undefined) continue;
      const user = new Bench(kind, { pages: 4 }).user();
      fill(user, entries(0, 1));
      const id = user.log.logStart();
      fill(user, entries(1, 6 * perPage(kind)));
      expect(user.log.logStart()).to.be.greaterThan(id);
      expect(user.seek(id), name).to.equal(ErrorCode.INVAL);
      expect(user.log.nextReadEntryId()).to.equal(user.log.logStart());
      expect(user.read(), name).to.deep.equal(entry(perPage(kind)));
    }
  });

  it('TS-07: lengths whose low byte is 00 or FF survive a boot', () => {
    for (const length of [255, 256, 511, 512]) {
      const bench = new Bench({ circular: true, mode: HARDENED }, { pageSize: 1024 });
      fill(bench.user(), [entry(0), entry(1, length), entry(2)]);
      new LogUser(bench.log, () => bench.settle()).sync();
      const all = [entry(0), entry(1, length), entry(2)];
      expect(bench.rebooted().readAll(), `${length}`).to.deep.equal(all);
    }
  });

  it('TS-07: Tock’s log ends at a length of 256 at a boot, and does not show one of 255 at all', () => {
    const bench = new Bench({ circular: true, mode: LITERAL }, { pageSize: 1024 });
    const user = bench.user();
    fill(user, [entry(0), entry(1, 256), entry(2)]);
    expect(user.readAll()).to.have.length(3);
    user.sync();
    expect(bench.rebooted().readAll()).to.deep.equal([entry(0)]);

    const other = new Bench({ circular: true, mode: LITERAL }, { pageSize: 1024 }).user();
    fill(other, [entry(0), entry(1, 255), entry(2)]);
    expect(other.readAll()).to.deep.equal([entry(0)]);
  });

  it('a cut between erasing and writing costs Tock’s log what was synced before, and the hardened one nothing', () => {
    for (const [mode, left] of [
      [LITERAL, []],
      [HARDENED, [entry(0)]],
    ] as const) {
      const bench = new Bench({ circular: true, mode });
      const user = bench.user();
      fill(user, [entry(0)]);
      user.sync();
      fill(user, [entry(1)]);
      bench.flash.calls.splice(0);
      expect(user.log.sync()).to.deep.equal(Ok());
      bench.settleUntil((call) => call.startsWith('writePage'));
      expect(bench.flash.calls.includes('erasePage 0')).to.equal(mode === LITERAL);
      expect(bench.rebooted().readAll()).to.deep.equal(left);
    }
  });

  it('CANCEL: an append that would go past the last offset', () => {
    const bench = new Bench({ circular: true, mode: HARDENED });
    const page = new Uint8Array(64).fill(0xff);
    putWord(page, 4, 2 ** 32 - 64);
    putWord(page, 8, 12 + 4 + 40);
    putWord(page, 12, 40);
    putWord(page, 0, crc32(page, 4));
    bench.flash.cells.set(page, 128);
    const user = bench.rebooted();
    expect(user.append(entry(0))).to.equal(ErrorCode.CANCEL);
    expect(user.client.calls.at(-1)).to.deep.include({ length: 0, recordsLost: false });
    expect(user.readAll()).to.have.length(1);
  });

  describe('flaws of upstream', () => {
    const kind = { circular: true, mode: LITERAL };

    it('log-append-calls-back: from within the call, unless a page has to be written', () => {
      const bench = new Bench(kind, {}, ['log-append-calls-back']);
      const { log, client } = bench.user();
      for (let number = 0; number < 3; number++) log.append(entry(number), 16);
      expect(client.calls).to.have.length(3);
      log.append(entry(3), 16);
      expect(client.calls).to.have.length(3);
      bench.settle();
      expect(client.calls).to.have.length(4);
    });

    it('log-sync-says-nothing: of an empty page', () => {
      const bench = new Bench(kind, {}, ['log-sync-says-nothing']);
      const { log, client } = bench.user();
      expect(log.sync()).to.deep.equal(Ok());
      bench.settle();
      expect(client.calls).to.deep.equal([]);
    });

    it('log-never-erases: a page that is written again holds old AND new (TS-03)', () => {
      for (const writeErases of [true, false]) {
        const bench = new Bench(kind, { writeErases }, ['log-never-erases']);
        const user = bench.user();
        for (const each of entries(0, 20)) user.append(each);
        user.sync();
        const right = bench.rebooted().readAll().at(-1);
        if (writeErases) expect(right).to.deep.equal(entry(19));
        else expect(right).not.to.deep.equal(entry(19));
      }
    });
  });
});
