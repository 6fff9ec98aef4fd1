// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The memory protection regions of the flash, as the board and the driver set them up.
 *
 * Mirrors `chips/lowrisc/src/flash_ctrl.rs` (the `mp_` functions and `configure_data_partition`).
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok, type Result } from '#kernel/result';
import type { FlashCtrlFlaw } from './flash-flaws.ts';
import type { FlashCtrlRegisters } from './registers/flash-ctrl.ts';
import { FlashRegister, MuBi4, Region, RegionCfg } from './registers/flash-map.ts';
import { FLASH_CTRL_LIMITS } from './timing.ts';

/** What a region allows. What is left out is not allowed, or off. */
export interface FlashRegion {
  readonly firstPage: number;
  readonly pages: number;
  readonly read?: boolean;
  readonly program?: boolean;
  readonly erase?: boolean;
  readonly scramble?: boolean;
  readonly ecc?: boolean;
}

const REGIONS = 8;
/** The driver's own: every other one goes before it. */
const LAST_REGION = REGIONS - 1;
const WORD_SIZE = 4;
const PAGES_PER_BANK = FLASH_CTRL_LIMITS.pagesPerBank.value;
const PAGES = PAGES_PER_BANK * FLASH_CTRL_LIMITS.banks.value;

/** Sets up and locks regions; regions 0 to 6 are the board's. */
export class FlashRegions {
  private configured = false;

  constructor(
    private readonly registers: FlashCtrlRegisters,
    private readonly flaws: ReadonlySet<FlashCtrlFlaw>,
    private readonly own: Pick<FlashRegion, 'scramble' | 'ecc'>,
  ) {
    if (!flaws.has('flash-ctrl-region-0-shared')) this.configureOwn();
  }

  /**
   * Sets a region up. NOSUPPORT: there is no region of that number, it is locked, or its pages are not
   * all in the flash.
   */
  set(index: number, region: FlashRegion): Result {
    if (!isRegion(index) || !isInFlash(region)) return Err(ErrorCode.NOSUPPORT);
    if (this.isLocked(index)) return Err(ErrorCode.NOSUPPORT);
    this.configure(index, region);
    return Ok();
  }

  /** Locks a region until the next reset. NOSUPPORT: there is none of that number. ALREADY: it is. */
  lock(index: number): Result {
    if (!isRegion(index)) return Err(ErrorCode.NOSUPPORT);
    if (this.isLocked(index)) return Err(ErrorCode.ALREADY);
    this.registers.write(FlashRegister.REGION_CFG_REGWEN + index * WORD_SIZE, 0);
    return Ok();
  }

  /** Whether a region is locked. */
  isLocked(index: number): boolean {
    return this.registers.read(FlashRegister.REGION_CFG_REGWEN + index * WORD_SIZE) === 0;
  }

  /** @internal Allows all that no region forbids, and sets up the driver's own region, once. */
  configureOwn(): void {
    if (this.configured) return;
    this.configured = true;
    const all = { read: true, program: true, erase: true };
    // The same fields as a region's, without EN.
    this.registers.write(FlashRegister.DEFAULT_REGION, configOf(all) >>> RegionCfg.RD);
    const index = this.flaws.has('flash-ctrl-region-0-shared') ? 0 : LAST_REGION;
    this.configure(index, {
      firstPage: PAGES_PER_BANK,
      pages: PAGES_PER_BANK,
      ...all,
      ...this.own,
    });
  }

  private configure(index: number, region: FlashRegion): void {
    const flawed = this.flaws.has('flash-ctrl-region-size');
    const shift = flawed ? Region.SIZE_SHIFT + 1 : Region.SIZE_SHIFT;
    const place = region.firstPage | (region.pages << shift);
    this.registers.write(FlashRegister.MP_REGION + index * WORD_SIZE, place);
    this.registers.write(FlashRegister.MP_REGION_CFG + index * WORD_SIZE, configOf(region));
  }
}

/** MP_REGION_CFG of an enabled region. */
function configOf(region: Omit<FlashRegion, 'firstPage' | 'pages'>): number {
  const choices: readonly (readonly [number, boolean])[] = [
    [RegionCfg.EN, true],
    [RegionCfg.RD, region.read ?? false],
    [RegionCfg.PROG, region.program ?? false],
    [RegionCfg.ERASE, region.erase ?? false],
    [RegionCfg.SCRAMBLE, region.scramble ?? false],
    [RegionCfg.ECC, region.ecc ?? false],
    [RegionCfg.HE, false],
  ];
  return choices.reduce((config, [place, on]) => {
    return config | ((on ? MuBi4.True : MuBi4.False) << place);
  }, 0);
}

function isRegion(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < REGIONS;
}

function isInFlash({ firstPage, pages }: FlashRegion): boolean {
  const whole = Number.isInteger(firstPage) && Number.isInteger(pages);
  return whole && firstPage >= 0 && pages > 0 && firstPage + pages <= PAGES;
}
