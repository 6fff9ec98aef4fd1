// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The driver of Earl Grey's flash controller: time, windows, errors, ECC, and upstream's flaws.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { FlashCtrlPartition } from '#chips/lowrisc/flash-partition';
import { FLASH_CTRL_FLAWS, type FlashCtrlFlaw } from '#chips/lowrisc/flash-flaws';
import {
  Control,
  ErrCode,
  FlashOp,
  FlashRegister,
  Intr,
} from '#chips/lowrisc/registers/flash-map';
import { FlashRecorder, pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import { ms, us } from '#kernel/time';
import { Trace } from '#kernel/trace';
import { Random } from '#kernel/random';
import { driver, ONES, PAGE, power, type Powered, type PowerOptions } from './support.ts';

/** Keeps the error that each callback brings. */
class Outcomes extends FlashRecorder {
  readonly errors: (hil.flash.FlashError | undefined)[] = [];

  override readComplete(buffer: Uint8Array, result: Result<void, hil.flash.FlashError>): void {
    this.keep(result);
    super.readComplete(buffer, result);
  }

  override writeComplete(buffer: Uint8Array, result: Result<void, hil.flash.FlashError>): void {
    this.keep(result);
    super.writeComplete(buffer, result);
  }

  override eraseComplete(result: Result<void, hil.flash.FlashError>): void {
    this.keep(result);
    super.eraseComplete(result);
  }

  override bytesRead(
    buffer: Uint8Array,
    length: number,
    result: Result<void, hil.flash.FlashError>,
  ): void {
    this.keep(result);
    super.bytesRead(buffer, length, result);
  }

  override bytesWritten(
    buffer: Uint8Array,
    length: number,
    result: Result<void, hil.flash.FlashError>,
  ): void {
    this.keep(result);
    super.bytesWritten(buffer, length, result);
  }

  private keep(result: Result<void, hil.flash.FlashError>): void {
    this.errors.push(result.ok ? undefined : result.error);
  }
}

describe('FlashCtrl', () => {
  let powered: Powered;
  let flash: FlashCtrlPartition;
  let client: Outcomes;

  function boot(options: PowerOptions = {}): void {
    powered = power(options);
    flash = driver(powered);
    client = new Outcomes();
    flash.setClient(client);
  }

  beforeEach(() => boot());

  function write(address: number, bytes: readonly number[]): void {
    expect(flash.writeBytes(address, Uint8Array.from(bytes), bytes.length)).to.deep.equal(Ok());
    powered.settle();
  }

  function read(address: number, length: number): number[] {
    const buffer = new Uint8Array(length);
    expect(flash.readBytes(address, buffer, length)).to.deep.equal(Ok());
    powered.settle();
    return [...buffer];
  }

  function erase(page: number): void {
    expect(flash.erasePage(page)).to.deep.equal(Ok());
    powered.settle();
  }

  const same = (length: number, byte: number): number[] => new Array<number>(length).fill(byte);

  function timed(work: () => unknown): number {
    const before = powered.clock.now;
    work();
    powered.settle();
    return powered.clock.now - before;
  }

  describe('time', () => {
    it('of a flash word is 24 us, of one alone 48 us', () => {
      expect(timed(() => write(0, same(4, 1)))).to.equal(us(48));
      expect(timed(() => write(8, same(8, 1)))).to.equal(us(48));
      expect(timed(() => write(64, same(16, 1)))).to.equal(2 * us(24));
    });

    it('of a page is 256 flash words: 6.144 ms; an erasure is 72 ms, of a blank page too', () => {
      expect(timed(() => flash.writePage(0, pattern(PAGE)))).to.equal(256 * us(24));
      expect(timed(() => flash.erasePage(0))).to.equal(ms(72));
      expect(timed(() => flash.erasePage(0))).to.equal(ms(72));
    });

    it('passes after the call: the CPU does not stall', () => {
      flash.erasePage(0);
      expect(powered.clock.now).to.equal(0);
      expect(client.calls).to.be.empty;
      powered.clock.advanceTo(ms(71.9));
      powered.serve();
      expect(client.calls).to.be.empty;
      powered.clock.advanceTo(ms(72));
      powered.serve();
      expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
    });

    it('of a read is none', () => {
      expect(timed(() => flash.readPage(0, new Uint8Array(PAGE)))).to.equal(0);
    });
  });

  it('G07: a program without an erasure over 0xF0 with 0x0F leaves 0x00 (AND)', () => {
    expect(flash.writePage(0, new Uint8Array(PAGE).fill(0xf0))).to.deep.equal(Ok());
    powered.settle();
    expect(flash.writePage(0, new Uint8Array(PAGE).fill(0x0f))).to.deep.equal(Ok());
    powered.settle();
    expect(read(0, PAGE)).to.deep.equal(same(PAGE, 0));
    expect(client.errors).to.deep.equal([undefined, undefined, undefined]);
  });

  it('G09: while CTRL_REGWEN locks the command registers every call is BUSY', () => {
    const { registers } = powered;
    // Somebody else's erasure, that no partition knows of.
    registers.write(FlashRegister.ADDR, 0);
    registers.write(FlashRegister.CONTROL, Control.START | (FlashOp.Erase << Control.OP_SHIFT));
    expect(registers.read(FlashRegister.CTRL_REGWEN)).to.equal(0);
    const page = new Uint8Array(PAGE);
    expect(flash.readPage(0, page)).to.deep.equal(Err([ErrorCode.BUSY, page]));
    expect(flash.writePage(0, page)).to.deep.equal(Err([ErrorCode.BUSY, page]));
    expect(flash.erasePage(0)).to.deep.equal(Err(ErrorCode.BUSY));
    powered.settle();
    expect(client.calls).to.be.empty;
    expect(flash.erasePage(0)).to.deep.equal(Ok());
  });

  it('G10: a write to a protected page completes with the protection error', () => {
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
    const buffer = pattern(PAGE);
    expect(flash.writePage(0, buffer)).to.deep.equal(Ok());
    expect(client.calls).to.be.empty;
    powered.settle();
    erase(0);
    write(PAGE, [1, 2, 3, 4]); // The next page is not protected.
    expect(client.calls[0]).to.deep.equal({ name: 'writeComplete', ok: false, buffer });
    expect(client.errors).to.deep.equal([
      'FlashMemoryProtectionError',
      'FlashMemoryProtectionError',
      undefined,
    ]);
    expect(powered.cells.flash.isBlank(300)).to.equal(true);
  });

  it('a read of a page that may not be read brings the protection error and all ones', () => {
    write(0, [1, 2, 3, 4]);
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, program: true });
    expect(read(0, 8)).to.deep.equal(same(8, 0xff));
    expect(client.errors).to.deep.equal([undefined, 'FlashMemoryProtectionError']);
  });

  describe('G12: a page of 2048 bytes', () => {
    for (const fifoIrq of ['status', 'event'] as const) {
      it(`goes out in 32 windows of 64 bytes, refilled by FIFO level (${fifoIrq}), then done`, () => {
        boot({ fifoIrq });
        const { registers, clock } = powered;
        const commands: number[] = [];
        const fills: number[] = [];
        const original = registers.write.bind(registers);
        registers.write = (offset, value): void => {
          if (offset === FlashRegister.CONTROL) commands.push(value >>> Control.NUM_SHIFT);
          if (offset === FlashRegister.PROG_FIFO) fills.push(clock.now);
          original(offset, value);
        };
        flash.writePage(0, pattern(PAGE));
        powered.settle();
        expect(commands).to.deep.equal(same(32, 15));
        expect(fills).to.have.length(512);
        // Six words at once (four in the FIFO, two taken), then two a flash word.
        expect(fills.filter((time) => time === 0)).to.have.length(6);
        expect(fills.filter((time) => time === us(24))).to.have.length(2);
        expect(powered.interrupts()).to.equal(32 * 6);
        expect(client.calls.map(({ name }) => name)).to.deep.equal(['writeComplete']);
      });
    }

    it('is whole when the CPU comes late to the interrupts', () => {
      flash.writePage(0, pattern(PAGE));
      for (let turn = 0; turn < 400 && client.calls.length === 0; turn++) {
        powered.clock.advance(ms(1));
        powered.serve();
      }
      expect(read(0, PAGE)).to.deep.equal([...pattern(PAGE)]);
    });

    it('that begins within a window ends the first one early', () => {
      write(60, same(12, 7));
      expect(read(56, 20)).to.deep.equal([...same(4, 0xff), ...same(12, 7), ...same(4, 0xff)]);
      expect(client.errors[0]).to.equal(undefined);
    });
  });

  describe('ECC and scrambling', () => {
    it('a flash word takes one program: a later one breaks it, and the read is an error and zeros', () => {
      boot({ ownRegion: { ecc: true } });
      write(0, [...same(8, 0xf0), ...same(8, 0xee)]);
      expect(read(0, 16)).to.deep.equal([...same(8, 0xf0), ...same(8, 0xee)]);
      write(0, same(8, 0x70));
      expect(read(0, 16)).to.deep.equal(same(16, 0));
      expect(read(8, 8)).to.deep.equal(same(8, 0xee));
      expect(client.errors).to.deep.equal([undefined, undefined, undefined, 'FlashError', undefined]);
    });

    it('filling the other half of a flash word breaks it, too', () => {
      boot({ ownRegion: { ecc: true } });
      write(0, same(4, 1));
      expect(read(0, 8)).to.deep.equal([...same(4, 1), ...same(4, 0xff)]);
      write(4, same(4, 2));
      read(0, 8);
      expect(client.errors.at(-1)).to.equal('FlashError');
      erase(0);
      expect(read(0, 8)).to.deep.equal(same(8, 0xff));
      expect(client.errors.at(-1)).to.equal(undefined);
    });

    it('words of all zeros fit however often they were programmed', () => {
      boot({ ownRegion: { ecc: true } });
      write(0, same(8, 0xf0));
      write(0, same(8, 0x0f));
      expect(read(0, 8)).to.deep.equal(same(8, 0));
      expect(client.errors.at(-1)).to.equal(undefined);
    });

    it('what was written with ECC off cannot be read with ECC on, unless it is all zeros or ones', () => {
      write(0, [...same(8, 5), ...same(8, 0), ...same(8, 0xff)]);
      const { regions } = powered.controller;
      regions.set(0, { firstPage: 300, pages: 1, read: true, ecc: true });
      expect(read(8, 24)).to.deep.equal([...same(8, 0), ...same(16, 0xff)]);
      expect(client.errors.at(-1)).to.equal(undefined);
      read(0, 8);
      expect(client.errors.at(-1)).to.equal('FlashError');
    });

    it('survives a power cycle and a snapshot', () => {
      boot({ ownRegion: { ecc: true } });
      write(0, same(8, 3));
      const good = powered.cells.flash.snapshot();
      write(0, same(8, 1));
      const broken = powered.cells.flash.snapshot();
      for (const [state, error] of [
        [good, undefined],
        [broken, 'FlashError'],
        [good, undefined],
      ] as const) {
        powered.cells.flash.restore(state);
        boot({ ownRegion: { ecc: true }, cells: powered.cells });
        read(0, 8);
        expect(client.errors).to.deep.equal([error]);
      }
    });

    it('scrambled data is garbage without scrambling, and well with it', () => {
      boot({ ownRegion: { scramble: true, ecc: true }, scrambleKey: 7 });
      write(0, [...pattern(32, 3)]);
      expect(read(0, 40)).to.deep.equal([...pattern(32, 3), ...same(8, 0xff)]);
      boot({ cells: powered.cells });
      expect(read(0, 32)).to.not.deep.equal([...pattern(32, 3)]);
      expect(read(32, 8)).to.deep.equal(same(8, 0xff));
      boot({ cells: powered.cells, ownRegion: { scramble: true, ecc: true }, scrambleKey: 8 });
      expect(read(0, 32)).to.not.deep.equal([...pattern(32, 3)]);
    });
  });

  it('keeps what was programmed before the power went, and no word after it', () => {
    flash.writePage(0, pattern(PAGE));
    for (let count = 0; count < 9; count++) {
      powered.clock.advanceTo(powered.clock.nextEvent);
      powered.serve();
    }
    powered.registers.powerLoss(new Random(1));
    powered.settle();
    expect(client.calls).to.be.empty;
    boot({ cells: powered.cells });
    expect(read(0, 88)).to.deep.equal([...pattern(72), ...same(16, 0xff)]);
  });

  it('is done at once with nothing to write, and says so later', () => {
    expect(flash.writeBytes(0, new Uint8Array(0), 0)).to.deep.equal(Ok());
    expect(client.calls).to.be.empty;
    powered.settle();
    expect(client.calls).to.have.length(1);
  });

  it('records programs, erasures and their end in the trace', () => {
    const trace = new Trace();
    trace.start();
    boot({ trace });
    write(8, same(8, 1));
    erase(1);
    read(0, 8);
    const address = 300 * PAGE;
    expect(trace.latest().map(({ event, fields }) => [event, fields])).to.deep.equal([
      ['flashProgram', { address: address + 8, length: 8 }],
      ['flashDone', {}],
      ['flashErase', { address: address + PAGE, length: PAGE }],
      ['flashDone', {}],
    ]);
  });

  describe('flaws of upstream, by name', () => {
    const bootWith = (flaw: FlashCtrlFlaw, options: PowerOptions = {}): void =>
      boot({ flaws: new Set([flaw]), ...options });

    it('all say what they are', () => {
      for (const text of Object.values(FLASH_CTRL_FLAWS)) expect(text.length).to.be.greaterThan(20);
    });

    it('flash-ctrl-region-size: the pages after a region are protected, too', () => {
      const protect = (): void => {
        powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
        erase(1);
      };
      protect();
      expect(client.errors).to.deep.equal([undefined]);
      bootWith('flash-ctrl-region-size');
      protect();
      expect(client.errors).to.deep.equal(['FlashMemoryProtectionError']);
      const place = powered.registers.read(FlashRegister.MP_REGION);
      expect([place & 0x1ff, place >>> 9]).to.deep.equal([300, 2]);
    });

    it('flash-ctrl-errors-lost: a broken word is read as zeros, and as success', () => {
      bootWith('flash-ctrl-errors-lost', { ownRegion: { ecc: true } });
      write(0, same(8, 3));
      write(0, same(8, 1));
      expect(read(0, 8)).to.deep.equal(same(8, 0));
      expect(client.errors).to.deep.equal([undefined, undefined, undefined]);
      // A protection fault still comes through.
      powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
      write(16, same(8, 3));
      expect(client.errors.at(-1)).to.equal('FlashMemoryProtectionError');
    });

    describe('flash-ctrl-prog-empty-always', () => {
      const eraseWith = (options: PowerOptions): void => {
        bootWith('flash-ctrl-prog-empty-always', options);
        flash.erasePage(0);
      };

      it('an erasure of 72 ms never completes on the chip of 2024', () => {
        eraseWith({});
        powered.settle();
        expect(powered.clock.now).to.equal(ms(72));
        expect(client.calls).to.be.empty;
        expect(powered.registers.read(FlashRegister.INTR_STATE) & Intr.OP_DONE).to.not.equal(0);
        expect(powered.registers.read(FlashRegister.INTR_ENABLE)).to.equal(0);
        expect(flash.erasePage(1)).to.deep.equal(Err(ErrorCode.BUSY));
      });

      it('it completes with the edges of the chip of 2023', () => {
        eraseWith({ fifoIrq: 'event' });
        powered.settle();
        expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
      });

      it('it completes on a model so fast that the erasure is done before the handler runs', () => {
        eraseWith({ timing: 'rtl' });
        powered.clock.advance(us(3));
        powered.settle();
        expect(client.calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
      });

      it('the correct driver completes on all of them', () => {
        for (const options of [{}, { fifoIrq: 'event' }, { timing: 'rtl' }] as const) {
          boot(options);
          erase(0);
          expect(client.calls).to.have.length(1);
        }
      });
    });

    describe('flash-ctrl-region-0-shared', () => {
      const CODE = { firstPage: 0, pages: 8, read: true };

      function eraseCode(): void {
        const code = new FlashCtrlPartition(powered.controller, { firstPage: 0, pages: 8 });
        code.setClient(client);
        code.erasePage(0);
        powered.settle();
      }

      it("the board's region is lost at the first operation, and its code can be erased", () => {
        bootWith('flash-ctrl-region-0-shared');
        powered.controller.regions.set(0, CODE);
        eraseCode();
        expect(client.errors).to.deep.equal([undefined]);
      });

      it("when the board locked it, the driver's own settings are lost", () => {
        bootWith('flash-ctrl-region-0-shared', { ownRegion: { ecc: true } });
        powered.controller.regions.set(0, CODE);
        powered.controller.regions.lock(0);
        eraseCode();
        expect(client.errors).to.deep.equal(['FlashMemoryProtectionError']);
        expect(powered.registers.hasEcc(300)).to.equal(false);
      });

      it('without the flaw both have their region', () => {
        boot({ ownRegion: { ecc: true } });
        powered.controller.regions.set(0, CODE);
        eraseCode();
        expect(client.errors).to.deep.equal(['FlashMemoryProtectionError']);
        expect(powered.registers.hasEcc(300)).to.equal(true);
      });
    });
  });

  describe('against a simple model', () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant('erase' as const), page: fc.nat(3) }),
      fc.record({
        kind: fc.constant('write' as const),
        word: fc.nat(2 * 512 - 1),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      }),
      fc.record({ kind: fc.constant('read' as const), at: fc.nat(2 * PAGE), length: fc.nat(200) }),
    );

    for (const fifoIrq of ['status', 'event'] as const) {
      it(`any run of operations leaves what AND and erasure leave (${fifoIrq})`, () => {
        fc.assert(
          fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
            boot({ fifoIrq });
            const model = new Uint8Array(4 * PAGE).fill(0xff);
            for (const next of commands) {
              if (next.kind === 'erase') {
                erase(next.page);
                model.fill(0xff, next.page * PAGE, (next.page + 1) * PAGE);
              } else if (next.kind === 'write') {
                const bytes = [...next.bytes].flatMap((byte) => [byte, 0xff, byte ^ 0x55, byte]);
                write(next.word * 4, bytes);
                bytes.forEach((byte, index) => {
                  model[next.word * 4 + index] = (model[next.word * 4 + index] ?? 0) & byte;
                });
              } else {
                expect(read(next.at, next.length)).to.deep.equal([
                  ...model.subarray(next.at, next.at + next.length),
                ]);
              }
            }
            expect(powered.cells.flash.bytes(300 * PAGE, 4 * PAGE)).to.deep.equal(model);
            expect(client.errors.every((error) => error === undefined)).to.equal(true);
          }),
          { numRuns: 40 },
        );
      });
    }

    it('under ECC a flash word reads well exactly when it took one program, or is all ones or zeros', () => {
      const half = fc.constantFrom(0, 0x0f0f_0f0f, 0xf0f0_f0f0, ONES);
      const program = fc.record({ unit: fc.nat(3), low: half, high: half });
      fc.assert(
        fc.property(fc.array(program, { maxLength: 8 }), (programs) => {
          boot({ ownRegion: { ecc: true } });
          const units = [0, 1, 2, 3].map(() => ({ low: ONES, high: ONES, programs: 0 }));
          for (const { unit, low, high } of programs) {
            const bytes = new Uint8Array(Uint32Array.of(low, high).buffer);
            write(unit * 8, [...bytes]);
            const model = units[unit];
            if (model === undefined) continue;
            model.low = (model.low & low) >>> 0;
            model.high = (model.high & high) >>> 0;
            if (model.low !== ONES || model.high !== ONES) model.programs++;
          }
          units.forEach(({ low, high, programs: count }, unit) => {
            read(unit * 8, 8);
            const plain = low === high && (low === 0 || low === ONES);
            const fits = plain || count === 1;
            expect(client.errors.at(-1)).to.equal(fits ? undefined : 'FlashError');
          });
        }),
        { numRuns: 60 },
      );
    });
  });

  it('clears ERR_CODE and both FIFOs after an error: the next operation starts afresh', () => {
    powered.controller.regions.set(0, { firstPage: 300, pages: 1, read: true });
    flash.writePage(0, pattern(PAGE));
    powered.settle();
    expect(powered.registers.read(FlashRegister.ERR_CODE) & ErrCode.MP).to.equal(0);
    expect(powered.registers.read(FlashRegister.CURR_FIFO_LVL)).to.equal(0);
    write(PAGE, [...pattern(64, 9)]);
    expect(read(PAGE, 64)).to.deep.equal([...pattern(64, 9)]);
  });
});
