// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The registers that say what may be done to which page: regions, information pages, bank erasure.
 *
 * NON-TOCK: hardware. A region with a lower number goes before one with a higher; a page in none is
 * governed by DEFAULT_REGION. What a REGWEN register locks stays locked until the next reset.
 */
import { FLASH_CTRL_LIMITS } from '../timing.ts';
import { FlashRegister, INFO_START, MuBi4, Region, RegionCfg } from './flash-map.ts';

/** What may be done to a page, and how its words are stored. */
export interface PageRules {
  readonly read: boolean;
  readonly program: boolean;
  readonly erase: boolean;
  readonly scramble: boolean;
  readonly ecc: boolean;
}

const REGIONS = 8;
const ALL_FALSE = 0x999_9999;
const DEFAULT_MASK = 0xff_ffff;
const REGION_MASK = 0x7_ffff;
const INFO_PAGES = FLASH_CTRL_LIMITS.infoPagesPerBank.value;
const BANKS = FLASH_CTRL_LIMITS.banks.value;
const WORD_SIZE = 4;
/** Two registers a page. */
const INFO_END = INFO_START + BANKS * INFO_PAGES * 2 * WORD_SIZE;
/** Information pages of each type in a bank, and the first of them. */
const INFO_TYPES = [
  { pages: 10, first: 0 },
  { pages: 1, first: 10 },
  { pages: 2, first: 11 },
] as const;

const NOTHING: PageRules = {
  read: false,
  program: false,
  erase: false,
  scramble: false,
  ecc: false,
};

/** The index of an information page in its part; undefined when the bank has none of that number. */
export function infoPage(bank: number, type: number, page: number): number | undefined {
  const found = INFO_TYPES[type];
  if (found === undefined || page >= found.pages) return undefined;
  return bank * INFO_PAGES + found.first + page;
}

/** The offset of the register that configures an information page, by its index in the part. */
export function infoConfigOffset(page: number): number {
  const bank = Math.floor(page / INFO_PAGES);
  const index = page % INFO_PAGES;
  const { pages, first } = INFO_TYPES.findLast((type) => type.first <= index) ?? INFO_TYPES[0];
  const register = bank * INFO_PAGES * 2 + first * 2 + pages + (index - first);
  return INFO_START + register * WORD_SIZE;
}

/** Which page's register an offset is, and whether it is the lock. */
function infoRegister(offset: number): { readonly page: number; readonly lock: boolean } {
  const register = (offset - INFO_START) / WORD_SIZE;
  const bank = Math.floor(register / (INFO_PAGES * 2));
  const index = register % (INFO_PAGES * 2);
  const { pages, first } = INFO_TYPES.findLast((type) => type.first * 2 <= index) ?? INFO_TYPES[0];
  const inType = index - first * 2;
  return { page: bank * INFO_PAGES + first + (inType % pages), lock: inType < pages };
}

function isInfoRegister(offset: number): boolean {
  return offset >= INFO_START && offset < INFO_END && offset % WORD_SIZE === 0;
}

function isTrue(config: number, place: number): boolean {
  return ((config >>> place) & 0xf) === MuBi4.True;
}

function rulesOf(config: number): PageRules {
  return {
    read: isTrue(config, RegionCfg.RD),
    program: isTrue(config, RegionCfg.PROG),
    erase: isTrue(config, RegionCfg.ERASE),
    scramble: isTrue(config, RegionCfg.SCRAMBLE),
    ecc: isTrue(config, RegionCfg.ECC),
  };
}

export class FlashProtection {
  private readonly regionUnlocked = new Uint8Array(REGIONS).fill(1);
  private readonly regionConfig = new Uint32Array(REGIONS).fill(ALL_FALSE);
  private readonly regions = new Uint32Array(REGIONS);
  private defaultRegion = ALL_FALSE & DEFAULT_MASK;
  private readonly infoUnlocked = new Uint8Array(BANKS * INFO_PAGES).fill(1);
  private readonly infoConfig = new Uint32Array(BANKS * INFO_PAGES).fill(ALL_FALSE);
  private bankUnlocked = 1;
  private bankErase = 0;
  /** The first of the two writes to MP_BANK_CFG_SHADOWED. */
  private staged: number | undefined;
  /** The rules of the data pages that were asked for since the last write. */
  private known: PageRules[] = [];

  /** The rules of a data page. */
  data(page: number): PageRules {
    return (this.known[page] ??= this.judge(page));
  }

  private judge(page: number): PageRules {
    for (let index = 0; index < REGIONS; index++) {
      const config = this.regionConfig[index] ?? 0;
      if (isTrue(config, RegionCfg.EN) && this.covers(index, page)) return rulesOf(config);
    }
    // The same fields without EN.
    return rulesOf(this.defaultRegion << RegionCfg.RD);
  }

  /** The rules of an information page, by its index in the part. */
  info(page: number): PageRules {
    const config = this.infoConfig[page] ?? 0;
    return isTrue(config, RegionCfg.EN) ? rulesOf(config) : NOTHING;
  }

  /** Whether a bank may be erased as a whole. */
  mayEraseBank(bank: number): boolean {
    return ((this.bankErase >>> bank) & 1) === 1;
  }

  private covers(index: number, page: number): boolean {
    const region = this.regions[index] ?? 0;
    const base = region & Region.BASE_MASK;
    return page >= base && page < base + ((region >>> Region.SIZE_SHIFT) & Region.SIZE_MASK);
  }

  /** Reads a register; undefined when it is none of these. */
  read(offset: number): number | undefined {
    if (isInfoRegister(offset)) {
      const { page, lock } = infoRegister(offset);
      return lock ? this.infoUnlocked[page] : this.infoConfig[page];
    }
    switch (offset) {
      case FlashRegister.DEFAULT_REGION:
        return this.defaultRegion;
      case FlashRegister.BANK_CFG_REGWEN:
        return this.bankUnlocked;
      case FlashRegister.MP_BANK_CFG_SHADOWED:
        this.staged = undefined;
        return this.bankErase;
      default: {
        const [bankOf, index] = this.regionRegister(offset);
        return bankOf?.[index];
      }
    }
  }

  /** Writes a register: `update-error` when the second write to a shadowed one differs from the first. */
  write(offset: number, value: number): 'written' | 'unknown' | 'update-error' {
    this.known = [];
    if (isInfoRegister(offset)) {
      this.writeInfo(offset, value);
      return 'written';
    }
    switch (offset) {
      case FlashRegister.DEFAULT_REGION:
        this.defaultRegion = value & DEFAULT_MASK;
        return 'written';
      case FlashRegister.BANK_CFG_REGWEN:
        this.bankUnlocked &= value;
        return 'written';
      case FlashRegister.MP_BANK_CFG_SHADOWED:
        return this.writeBankConfig(value & ((1 << BANKS) - 1));
      default:
        return this.writeRegion(offset, value) ? 'written' : 'unknown';
    }
  }

  private regionRegister(offset: number): readonly [Uint8Array | Uint32Array | undefined, number] {
    const index = ((offset - FlashRegister.REGION_CFG_REGWEN) / WORD_SIZE) % REGIONS;
    if (offset < FlashRegister.REGION_CFG_REGWEN) return [undefined, index];
    if (offset < FlashRegister.MP_REGION_CFG) return [this.regionUnlocked, index];
    if (offset < FlashRegister.MP_REGION) return [this.regionConfig, index];
    if (offset < FlashRegister.DEFAULT_REGION) return [this.regions, index];
    return [undefined, index];
  }

  private writeRegion(offset: number, value: number): boolean {
    const [registers, index] = this.regionRegister(offset);
    if (registers?.[index] === undefined) return false;
    const unlocked = this.regionUnlocked[index] === 1;
    if (registers === this.regionUnlocked) {
      this.regionUnlocked[index] = value & (unlocked ? 1 : 0);
    } else if (unlocked) {
      registers[index] = value & (registers === this.regions ? REGION_MASK : 0xfff_ffff);
    }
    return true;
  }

  private writeInfo(offset: number, value: number): void {
    const { page, lock } = infoRegister(offset);
    const unlocked = this.infoUnlocked[page] ?? 0;
    if (lock) this.infoUnlocked[page] = unlocked & value;
    else if (unlocked === 1) this.infoConfig[page] = value & 0xfff_ffff;
  }

  /** A shadowed register takes effect with the second of two equal writes. */
  private writeBankConfig(value: number): 'written' | 'update-error' {
    if (this.bankUnlocked !== 1) return 'written';
    const { staged } = this;
    this.staged = staged === undefined ? value : undefined;
    if (staged === undefined) return 'written';
    if (staged !== value) return 'update-error';
    this.bankErase = value;
    return 'written';
  }
}
