// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The hardware interface layer, by Tock's module names: `hil.flash.Client` is `kernel::hil::flash::Client`.
 *
 * Mirrors `kernel/src/hil/mod.rs`.
 */
export type * as blockStorage from './block-storage.ts';
export type * as cfstore from './cfstore.ts';
export type * as configStorage from './config-storage.ts';
export type * as directStorage from './direct-storage.ts';
export type * as flash from './flash.ts';
export type * as gpio from './gpio.ts';
export type * as kv from './kv.ts';
export type * as led from './led.ts';
export type * as log from './log.ts';
export type * as logStorage from './log-storage.ts';
export type * as nonvolatileStorage from './nonvolatile-storage.ts';
export type * as rng from './rng.ts';
export type * as time from './time.ts';
export type * as uart from './uart.ts';
