// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A cost model as a file: what `study calibrate --save` writes and `--costs` reads.
 *
 * NON-TOCK: data of the user's own.
 */
import * as v from 'valibot';
import { Ok, type Result } from '#kernel/result';
import { checkJson, decimal, words } from './checked-json.ts';
import type { DeviceCosts } from './cost-model.ts';

const DEAREST_MICROSECONDS = 60_000_000;

/** A cost in a file. */
export const cost = decimal({ least: 0, most: DEAREST_MICROSECONDS, unit: 'microseconds' });

/** Every field with its range: the documentation lists the same ones. */
const CostsFile = v.strictObject({
  device: words,
  readCalls: cost,
  deadEntries: cost,
  wordsWritten: cost,
  writeCalls: cost,
  erases: cost,
});

/** Parses a cost model; the error is one sentence that begins with the line's number. */
export function parseCosts(text: string): Result<DeviceCosts, string> {
  const checked = checkJson(text, CostsFile);
  if (!checked.ok) return checked;
  const { device, ...model } = checked.value;
  return Ok({ device, model });
}

/** The text of a file that `parseCosts` reads. */
export function costsText({ device, model }: DeviceCosts): string {
  return `${JSON.stringify({ device, ...model }, undefined, 2)}\n`;
}
