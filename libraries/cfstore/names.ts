// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Names of keys, and patterns that find them.
 *
 * NON-TOCK: mbed's configuration store. Its document allows letters, digits, dots, braces and hyphens; its code also lets
 * `_` and `@` through, which this one does not.
 */
import { CfstoreError, LONGEST_NAME, type Status } from './driver.ts';

const NAME = /^[A-Za-z0-9.{}-]*$/;
const PATTERN = /^[A-Za-z0-9.{}*-]*$/;

/** Zero for the name of a key. INVALID_KEY_LEN: none, or more than 220 characters; INVALID_KEY_NAME: another character. */
export function checkName(name: string): Status {
  return check(name, NAME);
}

/** Zero for a pattern: a name in which `*` may stand. The same errors. */
export function checkPattern(pattern: string): Status {
  return check(pattern, PATTERN);
}

function check(text: string, allowed: RegExp): Status {
  if (text.length === 0 || text.length > LONGEST_NAME) return CfstoreError.INVALID_KEY_LEN;
  return allowed.test(text) ? 0 : CfstoreError.INVALID_KEY_NAME;
}

/**
 * Whether a name fits a pattern, in which each `*` stands for any characters, also none. Steps: the product of both lengths
 * at most, whatever the pattern, as only the last `*` is ever tried again.
 */
export function fits(name: string, pattern: string): boolean {
  let at = 0;
  let wanted = 0;
  let star = -1;
  let afterStar = 0;
  while (at < name.length) {
    if (pattern[wanted] === '*') {
      star = wanted++;
      afterStar = at;
    } else if (pattern[wanted] === name[at]) {
      wanted += 1;
      at += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      wanted = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (pattern[wanted] === '*') wanted += 1;
  return wanted === pattern.length;
}
