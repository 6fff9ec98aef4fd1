// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a row of the matrix is: a misbehaviour, as capsules of each age can attempt it.
 *
 * NON-TOCK: numbers and titles follow the table of doc/CALLBACK-OWNERSHIP.md.
 */
import type { Design } from '../designs.ts';
import type { Worker } from './desk.ts';
import type {
  AllocateGrant,
  Fill,
  HeldBuffers,
  HeldCallbacks,
  KernelBuffers,
  KernelCallbacks,
  Schedule,
  Tools,
} from './parts.ts';

/** A part of a capsule that holds callbacks. */
export type HeldCallbacksClass = new (tools: Tools<unknown>) => HeldCallbacks;
/** A part of a capsule for which the kernel holds them. */
export type KernelCallbacksClass = new (tools: Tools<unknown>) => KernelCallbacks;
/** A part of a capsule that holds buffers, of whatever age. */
export type HeldBuffersClass = new <B>(tools: Tools<B>) => HeldBuffers<B>;
/** A part of a capsule for which the kernel holds them. */
export type KernelBuffersClass = new (tools: Tools<unknown>) => KernelBuffers;
/** A driver below. */
export type WorkerClass = new (...of: ConstructorParameters<typeof Worker>) => Worker;

/** A capsule: the parts in which it is not honest. A part that is absent is. */
export interface Capsule {
  readonly heldCallbacks?: HeldCallbacksClass;
  readonly kernelCallbacks?: KernelCallbacksClass;
  readonly heldBuffers?: HeldBuffersClass;
  readonly kernelBuffers?: KernelBuffersClass;
  readonly worker?: WorkerClass;
  readonly schedule?: Schedule;
  readonly fill?: Fill;
  readonly allocateGrant?: AllocateGrant;
  /** How many numbers its grant is made with, where the kernel holds them; it serves two. */
  readonly grantNumbers?: number;
}

/** One way to do it; a row has several where its sentence has, or where a design rules out one of them only. */
export interface Attempt extends Capsule {
  /** What sets it apart: the rest of a sentence that begins with "the capsule". */
  readonly name: string;
  /** The designs in which it can be written down; default: all. */
  readonly designs?: readonly Design[];
}

/** One kind of what is lent. */
export interface Side {
  readonly attempts: readonly Attempt[];
  /** Why there is nothing to see in some designs. */
  readonly notApplicable?: Partial<Readonly<Record<Design, string>>>;
}

/** A row. */
export interface Misbehaviour {
  readonly number: number;
  /** The rest of a sentence that begins with "the capsule". */
  readonly title: string;
  /** A side, or why the row has none. */
  readonly callback: Side | string;
  readonly buffer: Side | string;
}

/** Why rows about giving back say nothing in 1.x. */
export const NOTHING_GIVEN_BACK = 'in 1.x nothing is given back: the old one is dropped';
