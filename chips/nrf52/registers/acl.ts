// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The access control lists of the nRF52840: eight regions of flash that tighten until the next reset.
 *
 * NON-TOCK: hardware that Tock does not use. Offsets and bits from nrf52840.svd. Assumed, as the text of
 * the chapter was not at hand: ADDR and SIZE take one write each.
 */

/** Offset of region 0 from 0x4001_E000; each region has ADDR, SIZE, PERM and a gap. */
export const ACL_START = 0x800;
const REGIONS = 8;
const REGION_BYTES = 16;
const Register = { ADDR: 0, SIZE: 4, PERM: 8 } as const;

/** What PERM blocks. */
export const AclBlock = { WRITE: 0b010, READ: 0b100 } as const;

interface Region {
  address: number;
  size: number;
  blocked: number;
}

export class Acl {
  private readonly regions: Region[] = Array.from({ length: REGIONS }, () => {
    return { address: 0, size: 0, blocked: 0 };
  });
  /** Whether any region blocks anything: the one check on the way of a store. */
  private active = false;

  /** The value of a register, or undefined when there is none at the offset. */
  read(offset: number): number | undefined {
    const region = this.region(offset);
    if (region === undefined) return undefined;
    switch (offset % REGION_BYTES) {
      case Register.ADDR:
        return region.address;
      case Register.SIZE:
        return region.size;
      case Register.PERM:
        return region.blocked;
      default:
        return undefined;
    }
  }

  /** Writes a register; false when there is none at the offset. A zero has no effect. */
  write(offset: number, value: number): boolean {
    const region = this.region(offset);
    if (region === undefined) return false;
    switch (offset % REGION_BYTES) {
      case Register.ADDR:
        region.address ||= value >>> 0;
        return true;
      case Register.SIZE:
        region.size ||= value >>> 0;
        return true;
      case Register.PERM:
        region.blocked |= value & (AclBlock.WRITE | AclBlock.READ);
        this.active ||= region.blocked !== 0;
        return true;
      default:
        return false;
    }
  }

  /** Whether a region blocks such an access to any of the bytes. */
  blocks(access: number, address: number, length: number): boolean {
    if (!this.active) return false;
    return this.regions.some((region) => {
      const apart = address >= region.address + region.size || address + length <= region.address;
      return (region.blocked & access) !== 0 && !apart;
    });
  }

  private region(offset: number): Region | undefined {
    return this.regions[Math.floor((offset - ACL_START) / REGION_BYTES)];
  }
}
