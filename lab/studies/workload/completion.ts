// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Fills in what a plain trace leaves out: each call is then a command of its own, named for its operation.
 *
 * NON-TOCK: recorded use.
 */
import type { Completion } from '../../run/workload.ts';

type Fields = Record<string, unknown>;

/**
 * Makes a completion for one file: what its first line leaves out, `event` or `act`, is filled in everywhere;
 * `time` is another name for `t`.
 */
export function completion(): Completion {
  let [names, numbers] = [false, false];
  return (value, index) => {
    if (!isObject(value)) return value;
    if (index === 0) [names, numbers] = [!('event' in value), !('act' in value)];
    return {
      ...(names ? { event: value['op'] } : {}),
      ...(numbers ? { act: index + 1 } : {}),
      ...renamed(value),
    };
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function renamed(value: Fields): Fields {
  if (!('time' in value) || 't' in value) return value;
  const { time, ...fields } = value;
  return { ...fields, t: time };
}
