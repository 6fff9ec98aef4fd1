// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What each user of a store may use, and whose key is whose.
 *
 * NON-TOCK: the three functions of OpenSK's store specification, Extensions/Isolation.
 */
import { MAX_KEY } from '../format.ts';
import type { Format } from '../format.ts';
import type { Ratio } from '../store.ts';
import { MAX_COUNTER, MAX_USER } from './words.ts';

/** What a user may do with a key. Who may write may also read. */
export type Permission = 'ReadOnly' | 'ReadWrite';

/** For access, counter 0 is key 4096, and so on. */
export const COUNTER_KEY = MAX_KEY + 1;

/** The users of a store: the functions must always say the same, also after a reboot. */
export interface Isolation {
  /** Users are 0 to this, at most 255. */
  readonly maxUser: number;
  /** Words of live entries a user may have. Together not above what `Store.capacity` says in total. */
  readonly capacity: (user: number) => number;
  /** Words of the log a user may use. Together not above `usableLifetime`. */
  readonly lifetime: (user: number) => number;
  readonly access: (user: number, permission: Permission, key: number) => boolean;
}

/** Nobody may write a key. */
const NOBODY = -1;
const UNASKED = -2;

/** Words of the log that are certain to be written before NoLifetime, whatever is compacted. */
export function usableLifetime(format: Format): number {
  const { maxPageErases, numPages, virtualCapacity, virtualPageSize } = format;
  return maxPageErases * numPages * virtualPageSize + virtualCapacity;
}

/** Whether a number is one of a user. */
export function isUser({ maxUser }: Isolation, user: number): boolean {
  return Number.isInteger(user) && user >= 0 && user <= maxUser;
}

/** Whether the shares of all users are lawful and fit into a store together. */
export function sharesFit(isolation: Isolation, format: Format): boolean {
  if (!isUser({ ...isolation, maxUser: MAX_USER }, isolation.maxUser)) return false;
  let capacity = 0;
  let lifetime = 0;
  for (let user = 0; user <= isolation.maxUser; user++) {
    const words = [isolation.capacity(user), isolation.lifetime(user)] as const;
    if (!words.every((each) => Number.isInteger(each) && each >= 0)) return false;
    capacity += words[0];
    lifetime += words[1];
  }
  return capacity <= format.totalCapacity && lifetime <= usableLifetime(format);
}

/** Whose capacity each key is: that of the first user who may write it. */
export class Owners {
  private readonly owners = new Int16Array(COUNTER_KEY + MAX_COUNTER + 1).fill(UNASKED);

  constructor(private readonly isolation: Isolation) {}

  /** The user to whose capacity an entry of a key counts, or -1 when nobody may write it. */
  owner(key: number): number {
    const known = this.owners[key] ?? NOBODY;
    if (known !== UNASKED) return known;
    const { maxUser, access } = this.isolation;
    let owner = 0;
    while (owner <= maxUser && !access(owner, 'ReadWrite', key)) owner += 1;
    if (owner > maxUser) owner = NOBODY;
    this.owners[key] = owner;
    return owner;
  }
}

/** Words to be written, by the user to whose capacity they count. */
export class Bill {
  readonly words = new Map<number, number>();
  /** All of them. */
  total = 0;

  add(user: number, words: number): void {
    this.words.set(user, (this.words.get(user) ?? 0) + words);
    this.total += words;
  }

  /** Whether each user has that much left. */
  isCovered(capacity: (user: number) => Ratio): boolean {
    return [...this.words].every(([user, words]) => {
      const { used, total } = capacity(user);
      return used + words <= total;
    });
  }
}
