// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What every board offers to the harness that runs it.
 *
 * NON-TOCK: a real board boots itself.
 */
import type { Libtock, LibtockSwitches } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { Lamp } from '#chips/silicon/lamp';
import type { NorFlash } from '#chips/silicon/nor-flash';
import type { NorFlashOptions } from '#chips/silicon/part';
import type { PushButton } from '#chips/silicon/push-button';
import type { Clock } from '#kernel/clock';
import type * as hil from '#kernel/hil';
import type { ViolationReaction } from '#kernel/enforcement';
import type { Kernel, RunOutcome } from '#kernel/kernel';
import type { OwnershipWatch } from '#kernel/ownership-watch';
import type { ProcessFaultPolicy } from '#kernel/platform/platform';
import type { Random } from '#kernel/random';
import type { Process, WriteableFlashRegion } from '#kernel/process-standard';
import type { Profile } from '#kernel/profile';
import type { StorageIds } from '#kernel/storage-permissions';
import type { AnyDriver } from '#kernel/driver';
import type { Nanoseconds } from '#kernel/time';
import type { Trace } from '#kernel/trace';
import type { CfstoreKind } from '#libraries/cfstore/drivers';
import type { MapDefinition } from '#libraries/store/definition';
import type { Geometry } from '#libraries/store/storage';

/** An app's start: the returned number is the completion code. */
export type AppMain = (tock: Libtock) => Userspace<number>;

/** The id with which an app writes records that asks for none: "tock" in ASCII. */
export const DEFAULT_STORAGE_ID = 0x746f_636b;

/** An app to load. */
export interface App {
  readonly name: string;
  readonly main: AppMain;
  /** Handed to the app as `tock.args`. */
  readonly args?: unknown;
  /** Bytes of RAM, the kernel's part included; default 16 KiB. */
  readonly ramSize?: number;
  /** What it may do with stored records; default: the board's `DEFAULT_STORAGE_ID`, its own records only. */
  readonly storage?: StorageIds;
  /** Parts of its flash that it may have rewritten; default: its last page, 4 KiB on both boards. */
  readonly writeableFlashRegions?: readonly WriteableFlashRegion[];
  /** How its library works. */
  readonly libtock?: LibtockSwitches;
}

/** Which flash interface the store capsules are handed; `page` through a translator with one page in RAM. */
export type StoreHil = 'byte' | 'page' | 'blocking';

/** What a board hands to drivers that are not its own. */
export interface Wiring {
  readonly kernel: Kernel;
  /** An alarm of its own for one capsule. */
  createAlarm(): hil.time.Alarm;
  /** The board's pages for experiments, shared with the flash driver (0x50011). */
  createFlash(): hil.flash.ByteFlash;
  /** The same pages, synchronously. */
  createBlockingFlash(): hil.flash.BlockingFlash;
}

/**
 * TicKV as Tock deploys it, hardened or with its defects: keys are known by 64 bits of their hash, and each write is one of a
 * whole page.
 */
export const TICKV_STACKS = ['tickv-pages', 'tickv-pages-literal'] as const;
/** One of them. */
export type TicKvStack = (typeof TICKV_STACKS)[number];

/** Options of a power-on; all have defaults. */
export interface BoardOptions {
  readonly profile?: Profile;
  readonly trace?: Trace;
  /** Cells from an earlier power-on; default: a fresh part. */
  readonly flash?: NorFlash;
  /** Milliseconds since the first power-on of this device. */
  readonly epochMilliseconds?: number;
  readonly hil?: StoreHil;
  readonly storePages?: number;
  /**
   * What stands under the key-value driver; default: the persistent store. A store must not refuse `BoardKind.kv`; TicKV as Tock
   * deploys it always uses the page-level interface.
   */
  readonly kvStore?: MapDefinition | TicKvStack;
  /** What stands under the configuration store's driver; default: `cfstore`. */
  readonly cfstore?: CfstoreKind;
  /** Drivers to add by number, made before the first process; they go before the board's own. */
  readonly drivers?: (wiring: Wiring) => Iterable<readonly [number, AnyDriver]>;
  /** Gets what the serial port sends. */
  readonly onConsole?: (bytes: Uint8Array) => void;
  /** What becomes of a process that faults; default: it is stopped. */
  readonly faultPolicy?: ProcessFaultPolicy;
  /**
   * Error-correcting codes of the flash that the stores lie in, for chips that have them: `on` is refused,
   * because the stores break them; `force` shows how. Default: off.
   */
  readonly ecc?: 'off' | 'on' | 'force';
  /** Seed of the chip's random numbers; default 0. */
  readonly seed?: number;
  /** What follows when a driver gives back a callback that it must not (profiles c, d, e); default: kill. */
  readonly reaction?: ViolationReaction;
  /** Somebody who watches over what processes lend. */
  readonly watch?: OwnershipWatch;
  /** Names of upstream's flaws to have back; see `BoardKind.flaws`. */
  readonly faithful?: readonly string[];
  /** See `KernelOptions.afterWork`. */
  readonly afterWork?: () => void;
}

/** What was done since power-on. */
export interface FlashStatistics {
  /** Non-empty read calls at the stores' storage interface. */
  readonly readCalls: number;
  /** Words programmed in the internal flash, by whomever. */
  readonly wordsWritten: number;
  /** Pages of it that were erased. */
  readonly erases: number;
}

/** A place in the flash. */
export interface Region {
  /** Address of the first byte. */
  readonly offset: number;
  readonly size: number;
  readonly pageSize: number;
}

/** What somebody in front of a board sees and touches. */
export interface FrontPanel {
  readonly lamps: readonly Lamp[];
  readonly buttons: readonly PushButton[];
  /** Types on the serial port. */
  type(bytes: Uint8Array): void;
}

/** A board that is powered on. */
export interface Board {
  readonly name: string;
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly flash: NorFlash;
  /** Where the persistent store is. */
  readonly store: Region;
  /** The system call drivers by number. To look at. */
  readonly drivers: ReadonlyMap<number, AnyDriver>;
  statistics(): FlashStatistics;
  /**
   * The power goes: what the flash has under way is left half done, each of its bits moved with the
   * probability that the share of its time gives. Nothing works from then on; the cells remain.
   */
  powerLoss(random: Random): void;
  /** Loads an app behind those before it; panics when flash, RAM or slots are used up. */
  load(app: App): Process;
  readonly panel: FrontPanel;
  run(until?: Nanoseconds): RunOutcome;
}

/** A kind of board. */
export interface BoardKind {
  readonly description: string;
  /** The chip's name in short. */
  readonly chip: string;
  /** Fewest and most pages that the persistent store can have. */
  readonly storePages: { readonly least: number; readonly most: number };
  /** The flash of the key-value driver, as a store under it sees it. */
  readonly kv: Geometry;
  /** Flaws of upstream that the board can have back: name, and what each does. */
  readonly flaws: Readonly<Record<string, string>>;
  /** Why a board whose flash has error-correcting codes on is refused; absent where there are none. */
  readonly whyNotEcc?: string;
  /** A part with fresh cells, and how they behave where that is not the usual. */
  freshFlash(options?: NorFlashOptions): NorFlash;
  boot(options?: BoardOptions): Board;
}
