// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Names, places and reset values of the NVMC's and UICR's registers.
 *
 * NON-TOCK: hardware; all from nrf52840.svd. Tock's driver has its own table.
 */

/** Register offsets from 0x4001_E000. */
export const NvmcRegister = {
  READY: 0x400,
  READYNEXT: 0x408,
  CONFIG: 0x504,
  /** Also called ERASEPCR1. */
  ERASEPAGE: 0x508,
  ERASEALL: 0x50c,
  /** The old name of ERASEPAGE, gone from the newest register file. */
  ERASEPCR0: 0x510,
  ERASEUICR: 0x514,
  ERASEPAGEPARTIAL: 0x518,
  ERASEPAGEPARTIALCFG: 0x51c,
  ICACHECNF: 0x540,
  IHIT: 0x548,
  IMISS: 0x54c,
} as const;

/** CONFIG.WEN: what stores and erase registers do. */
export const WriteEnable = { Ren: 0, Wen: 1, Een: 2 } as const;

/** First address of the user information configuration registers, a window of one page. */
export const UICR_START = 0x1000_1000;

/** Offsets of the named registers of UICR. */
export const UicrRegister = {
  /** 13 words. */
  NRFFW: 0x014,
  /** 12 words. */
  NRFHW: 0x050,
  /** 32 words. */
  CUSTOMER: 0x080,
  /** 2 words. */
  PSELRESET: 0x200,
  APPROTECT: 0x208,
  NFCPINS: 0x20c,
  DEBUGCTRL: 0x210,
  REGOUT0: 0x304,
} as const;

/** ERASEPAGEPARTIALCFG.DURATION: its bits, and its reset value in ms. */
export const PartialDuration = { MASK: 0x7f, RESET: 0x0a } as const;

/** ICACHECNF: CACHEEN and CACHEPROFEN. */
export const ICACHE_BITS = 0x101;
