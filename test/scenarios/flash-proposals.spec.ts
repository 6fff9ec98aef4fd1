// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The flash interface that Tock's pull request #2248 proposed, as an adapter: its rules fit on ours.
 *
 * NON-TOCK: tests. The proposal was closed without being merged; doc/flash-hil.md says what it was.
 */
import { expect } from 'chai';
import { FlashRecorder, pattern } from '#conformance/flash-recorder';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { FakeFlash } from '../support/fake-flash.ts';

/** A place of one write unit, which only `region` makes. The proposal has its size in the type. */
interface WriteRegion {
  readonly address: number;
}

/** Write regions over byte-level flash: one that had its writes since the last erasure is NOMEM. */
class WriteRegions {
  private readonly writes = new Map<number, number>();

  constructor(
    private readonly flash: hil.flash.ByteFlash,
    private readonly limit: number,
  ) {}

  /** The region at an address; undefined when none begins there. */
  region(address: number): WriteRegion | undefined {
    const { programUnit, pages, pageSize } = this.flash;
    const begins = address >= 0 && address < pages * pageSize && address % programUnit === 0;
    return begins ? { address } : undefined;
  }

  write({ address }: WriteRegion, buffer: Uint8Array): Result<void, Rejected<Uint8Array>> {
    const writes = this.writes.get(address) ?? 0;
    if (writes >= this.limit) return Err([ErrorCode.NOMEM, buffer]);
    const started = this.flash.writeBytes(address, buffer, this.flash.programUnit);
    if (started.ok) this.writes.set(address, writes + 1);
    return started;
  }

  erase(page: number): Result {
    const started = this.flash.erasePage(page);
    if (!started.ok) return started;
    const { pageSize } = this.flash;
    for (const address of this.writes.keys()) {
      if (Math.floor(address / pageSize) === page) this.writes.delete(address);
    }
    return started;
  }
}

describe('Regions that are written so often, as Tock #2248 proposed', () => {
  let fake: FakeFlash;
  let regions: WriteRegions;
  let client: FlashRecorder;

  beforeEach(() => {
    fake = new FakeFlash();
    regions = new WriteRegions(fake, 1);
    client = new FlashRecorder();
    fake.setClient(client);
  });

  function region(address: number): WriteRegion {
    return regions.region(address) ?? expect.fail('no region begins there');
  }

  it('G22: a second write to a unit limited to one is NOMEM, with its buffer', () => {
    const buffer = pattern(4);
    expect(regions.write(region(8), buffer)).to.deep.equal(Ok());
    fake.settle();
    const refused = regions.write(region(8), buffer);
    expect(refused).to.deep.equal(Err([ErrorCode.NOMEM, buffer]));
    if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
    fake.settle();
    expect(client.calls).to.have.length(1);
    expect(regions.write(region(12), buffer)).to.deep.equal(Ok());
  });

  it('G22: after an erasure of its page it may be written again, and others stay as they are', () => {
    for (const address of [8, 64]) {
      regions.write(region(address), pattern(4));
      fake.settle();
    }
    expect(regions.erase(0)).to.deep.equal(Ok());
    fake.settle();
    expect(regions.write(region(8), pattern(4, 9))).to.deep.equal(Ok());
    fake.settle();
    expect(regions.write(region(64), pattern(4)).ok).to.equal(false);
    expect(fake.cells.slice(8, 12)).to.deep.equal(pattern(4, 9));
  });

  it('G22: a write never erases: no page was erased but by an erasure', () => {
    regions = new WriteRegions(fake, 2);
    for (const byte of [0x0f, 0xf0]) {
      regions.write(region(0), new Uint8Array(4).fill(byte));
      fake.settle();
    }
    expect(fake.page(0).subarray(0, 5)).to.deep.equal(Uint8Array.of(0, 0, 0, 0, 255));
    expect(fake.erases).to.deep.equal([0, 0, 0, 0]);
  });

  it('regions begin at write units inside the flash alone', () => {
    expect([0, 4, 252].map((address) => regions.region(address)?.address)).to.deep.equal([
      ...[0, 4, 252],
    ]);
    for (const address of [-4, 2, 256, Number.NaN]) {
      expect(regions.region(address), String(address)).to.equal(undefined);
    }
  });
});
