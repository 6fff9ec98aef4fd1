// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Names, places and reset values of the flash controller's registers.
 *
 * NON-TOCK: hardware; from OpenTitan's registers.md for earlgrey_1.0.0. Tock's driver has its own table.
 */

/** Register offsets from 0x4100_0000, except those of information pages: see `INFO_START`. */
export const FlashRegister = {
  INTR_STATE: 0x000,
  INTR_ENABLE: 0x004,
  INTR_TEST: 0x008,
  ALERT_TEST: 0x00c,
  DIS: 0x010,
  EXEC: 0x014,
  INIT: 0x018,
  CTRL_REGWEN: 0x01c,
  CONTROL: 0x020,
  ADDR: 0x024,
  PROG_TYPE_EN: 0x028,
  ERASE_SUSPEND: 0x02c,
  /** 8 of each, one word apart. */
  REGION_CFG_REGWEN: 0x030,
  MP_REGION_CFG: 0x050,
  MP_REGION: 0x070,
  DEFAULT_REGION: 0x090,
  HW_INFO_CFG_OVERRIDE: 0x164,
  BANK_CFG_REGWEN: 0x168,
  MP_BANK_CFG_SHADOWED: 0x16c,
  OP_STATUS: 0x170,
  STATUS: 0x174,
  DEBUG_STATE: 0x178,
  ERR_CODE: 0x17c,
  STD_FAULT_STATUS: 0x180,
  FAULT_STATUS: 0x184,
  ERR_ADDR: 0x188,
  ECC_SINGLE_ERR_CNT: 0x18c,
  ECC_SINGLE_ERR_ADDR0: 0x190,
  ECC_SINGLE_ERR_ADDR1: 0x194,
  PHY_ALERT_CFG: 0x198,
  PHY_STATUS: 0x19c,
  SCRATCH: 0x1a0,
  FIFO_LVL: 0x1a4,
  FIFO_RST: 0x1a8,
  CURR_FIFO_LVL: 0x1ac,
  PROG_FIFO: 0x1b0,
  RD_FIFO: 0x1b4,
} as const;

/** First register of the information pages of bank 0; those of bank 1 follow. */
export const INFO_START = 0x094;

/** INTR_STATE, INTR_ENABLE, INTR_TEST. */
export const Intr = {
  PROG_EMPTY: 1 << 0,
  PROG_LVL: 1 << 1,
  RD_FULL: 1 << 2,
  RD_LVL: 1 << 3,
  OP_DONE: 1 << 4,
  CORR_ERR: 1 << 5,
} as const;

/** CONTROL: single bits, and the positions of fields. */
export const Control = {
  START: 1 << 0,
  OP_SHIFT: 4,
  OP_MASK: 0x3,
  PROG_SEL: 1 << 6,
  ERASE_BANK: 1 << 7,
  INFO: 1 << 8,
  INFO_SEL_SHIFT: 9,
  INFO_SEL_MASK: 0x3,
  NUM_SHIFT: 16,
  NUM_MASK: 0xfff,
  /** All bits that exist. */
  MASK: 0x0fff_07f1,
} as const;

/** CONTROL.OP. */
export const FlashOp = { Read: 0, Program: 1, Erase: 2 } as const;

/** OP_STATUS. */
export const OpStatus = { DONE: 1 << 0, ERR: 1 << 1 } as const;

/** STATUS. */
export const Status = {
  RD_FULL: 1 << 0,
  RD_EMPTY: 1 << 1,
  PROG_FULL: 1 << 2,
  PROG_EMPTY: 1 << 3,
  INIT_WIP: 1 << 4,
  INITIALIZED: 1 << 5,
} as const;

/** ERR_CODE; a 1 written clears. PROG and MACRO stay 0: the model's macro does not fail by itself. */
export const ErrCode = {
  OP: 1 << 0,
  MP: 1 << 1,
  RD: 1 << 2,
  PROG: 1 << 3,
  PROG_WIN: 1 << 4,
  PROG_TYPE: 1 << 5,
  UPDATE: 1 << 6,
  MACRO: 1 << 7,
} as const;

/** Multi-bit booleans: anything but True is false. */
export const MuBi4 = { True: 0x6, False: 0x9 } as const;

/** Places of the multi-bit booleans in MP_REGION_CFG and in the configuration of an information page. */
export const RegionCfg = {
  EN: 0,
  RD: 4,
  PROG: 8,
  ERASE: 12,
  SCRAMBLE: 16,
  ECC: 20,
  HE: 24,
} as const;

/** MP_REGION: BASE from bit 0, SIZE from bit 9, both in pages. */
export const Region = { BASE_MASK: 0x1ff, SIZE_SHIFT: 9, SIZE_MASK: 0x3ff } as const;

/** FIFO_LVL and CURR_FIFO_LVL: the program FIFO from bit 0, the read FIFO from bit 8. */
export const FifoLevel = { RD_SHIFT: 8, MASK: 0x1f, RESET: 0xf0f } as const;

/** Words of each FIFO. The register text says 16 for both; the chip has 4 in one. */
export const FIFO_DEPTH = { PROG: 4, RD: 16 } as const;

/** PHY_STATUS: both kinds of program available, no initialization under way. */
export const PHY_READY = 0x6;

/** ADDR: byte addresses of 20 bits. */
export const ADDRESS_MASK = 0xf_ffff;
