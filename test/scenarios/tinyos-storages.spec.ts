// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Three storages of TinyOS at once on one flash of each board: each has its own volume, and none disturbs another.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Board, BoardKind, Wiring } from '#boards/board';
import { BOARDS } from '#boards/index';
import { SplitPhaseFlash, type StoreFlash } from '#capsules/extra/store-flash';
import { TinyosBlockStorage } from '#capsules/extra/tinyos-block-storage';
import { TinyosDirectStorage } from '#capsules/extra/tinyos-direct-storage';
import { TinyosLogStorage } from '#capsules/extra/tinyos-log-storage';
import { EventRecorder } from '#conformance/event-recorder';
import { pattern } from '#conformance/flash-recorder';
import type * as hil from '#kernel/hil';
import { Ok } from '#kernel/result';
import { BlockStorage } from '#libraries/tinyos/block-storage';
import { HARDENED } from '#libraries/tinyos/log-mode';
import { LogStorage } from '#libraries/tinyos/log-storage';
import { Volume } from '#libraries/tinyos/volume';

const PAGES = 2;
const ERASES = 10_000;

/** A board whose pages for experiments are three volumes of two units. */
class Powered {
  readonly board: Board;
  readonly direct: TinyosDirectStorage;
  readonly block: TinyosBlockStorage;
  readonly log: TinyosLogStorage;
  private wiring: Wiring | undefined;

  constructor(kind: BoardKind, flash = kind.freshFlash()) {
    this.board = kind.boot({
      flash,
      drivers: (wiring) => {
        this.wiring = wiring;
        return [];
      },
    });
    // The board runs for as long as a process may still want something.
    this.board.load({
      name: 'waits',
      *main(tock) {
        yield* tock.yieldWait();
        return 0;
      },
    });
    const [one, other, third] = [this.flash(), this.flash(), this.flash()];
    this.direct = new TinyosDirectStorage(one, volume(one, 0));
    this.block = new TinyosBlockStorage(other, new BlockStorage(volume(other, 1)));
    const options = { mode: HARDENED, circular: true };
    this.log = new TinyosLogStorage(third, new LogStorage(volume(third, 2), options));
  }

  /** A user of the flash of its own: the multiplexer says whose turn it is. */
  private flash(): StoreFlash {
    const { wiring } = this;
    if (wiring === undefined) throw new Error('the board asked for no drivers');
    return new SplitPhaseFlash(wiring.createFlash(), ERASES, wiring.kernel.deferredCalls);
  }

  /** Everything that will ever happen. */
  settle(): void {
    this.board.run();
  }
}

function volume({ storage }: StoreFlash, index: number): Volume {
  return new Volume(storage, { firstPage: index * PAGES, pages: PAGES });
}

type Direct = hil.directStorage.DirectModifyClient;
type Block = hil.blockStorage.BlockStorageClient;
type Log = hil.logStorage.LogWriteClient & hil.logStorage.LogReadClient;

for (const [name, kind] of Object.entries(BOARDS)) {
  describe(`Storages of TinyOS on ${name}`, () => {
    it('work at once, each on its volume; all is there after a power cycle (TB-07)', () => {
      const powered = new Powered(kind);
      const settle = (): void => {
        powered.settle();
      };
      const direct = new EventRecorder<Direct>(['writeDone', 'eraseDone'], settle);
      const block = new EventRecorder<Block>(['writeDone', 'eraseDone'], settle);
      const log = new EventRecorder<Log>(['appendDone', 'readDone'], settle);
      powered.direct.setClient(direct.client);
      powered.block.setClient(block.client);
      powered.log.write.setClient(log.client);

      expect(powered.direct.write(0, pattern(64), 64)).to.deep.equal(Ok());
      expect(powered.block.write(0, pattern(64, 1), 64)).to.deep.equal(Ok());
      expect(powered.log.write.append(pattern(64, 2), 64)).to.deep.equal(Ok());
      settle();
      expect([...direct.names, ...block.names, ...log.names]).to.deep.equal([
        'writeDone',
        'writeDone',
        'appendDone',
      ]);
      expect(powered.direct.erase(1)).to.deep.equal(Ok());
      expect(powered.block.erase()).to.deep.equal(Ok());
      expect(powered.log.write.append(pattern(32, 3), 32)).to.deep.equal(Ok());
      settle();

      const again = new Powered(kind, powered.board.flash);
      const resettle = (): void => {
        again.settle();
      };
      const readers = new EventRecorder<Direct & Block & Log>(['readDone'], resettle);
      again.direct.setClient(readers.client);
      again.block.setClient(readers.client);
      again.log.read.setClient(readers.client);
      const buf = new Uint8Array(64);
      expect(readers.end(again.direct.read(0, buf, 64))).to.equal(undefined);
      expect(buf).to.deep.equal(pattern(64));
      expect(readers.end(again.block.read(0, buf, 64))).to.equal(undefined);
      expect(buf).to.deep.equal(new Uint8Array(64).fill(0xff));
      for (const [length, salt] of [
        [64, 2],
        [32, 3],
      ] as const) {
        expect(readers.end(again.log.read.read(buf, length))).to.equal(undefined);
        expect(buf.subarray(0, length)).to.deep.equal(pattern(length, salt));
      }
    });
  });
}
