// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * BlockStorage under the contract that all stores share, over a whole flash: what it promises, as data, and what it is.
 *
 * NON-TOCK: TinyOS. The crash laboratory judges it by the claim, which says that nothing is atomic.
 */
import { Ok } from '#kernel/result';
import type { Claim } from '../store/claim.ts';
import type { BlockDefinition, BlockStore, Outcome, RamUse } from '../store/definition.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { BlockStorage } from './block-storage.ts';
import { asStore } from './direct-storage.ts';
import { Volume, whyNoVolume } from './volume.ts';

/** The number of the unit under way in an erase, 4 bytes: reads and writes go straight to the client's buffer. */
const RAM_BYTES = 4;

/** What stays whole of BlockStorage when the power goes, and what does not. */
export const BLOCK_CLAIM: Claim = {
  cutModel: 'any-subset-of-bits',
  survives: ['failures'],
  atomic: [],
  wipes: 'never',
  wiped: 'Bytes stay until the volume is erased; of an erase that was cut, some are left.',
  letsThrough: [
    'A write that was cut leaves any of the bits that it was to clear cleared, within its own bytes; all others are as they were.',
    'An erase that was cut leaves blank units, the first ones, one whose bits are partly set, and the others as they were.',
    'There is no checksum: what the client keeps there, it checks itself, for which there is `crc`.',
    'A write over written bytes is programmed as it is, and leaves old AND new.',
  ],
  // Of a client that writes whole words, each once between two erasures: it is the client who decides.
  programsPerWord: 1,
  mostWorkingWords: 0,
  limits: { leastUnits: 2 },
};

class Block implements BlockStore {
  private readonly block: BlockStorage;

  constructor(storage: Storage) {
    this.block = new BlockStorage(new Volume(storage));
  }

  /** There is nothing to find out: a volume is its bytes. */
  *boot(): Steps<Outcome> {
    return Ok();
  }

  read(address: number, length: number): Steps<Outcome<Uint8Array>> {
    return asStore(this.block.read(address, length));
  }

  write(address: number, bytes: Uint8Array): Steps<Outcome> {
    return asStore(this.block.write(address, bytes));
  }

  erase(): Steps<Outcome> {
    return asStore(this.block.erase());
  }

  flush(): Steps<Outcome> {
    return asStore(this.block.flush());
  }

  ram(): RamUse {
    return { fixed: RAM_BYTES, content: 0 };
  }
}

/** TinyOS's BlockStorage over all pages of a flash. */
export const TEP_BLOCK: BlockDefinition = {
  kind: 'block',
  name: 'tep-block',
  description: "TinyOS's BlockStorage: bytes by their address, all erased at once, nothing atomic",
  claim: BLOCK_CLAIM,
  complexity: 'a boot does nothing; a read or a write costs its bytes; an erase all units',
  defaults: { pageSize: 64, pages: 4 },
  wordSizes: [4, 8],
  refuses: (geometry) => whyNoVolume(geometry),
  shape: ({ pageSize, numPages }) => ({ size: pageSize * numPages, eraseUnit: pageSize }),
  open: (storage) => new Block(storage),
  recognises: () => false,
};
