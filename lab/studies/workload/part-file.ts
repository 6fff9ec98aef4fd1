// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads a flash part of the user's: a JSON file with the figures of its data sheet, units in the names.
 *
 * NON-TOCK: data of the user's own.
 */
import * as v from 'valibot';
import type { Figure } from '#chips/silicon/part';
import type { PartSheet } from '#chips/silicon/part-sheet';
import { NRF52840_COSTS } from '#kernel/costs';
import { Err, Ok, type Result } from '#kernel/result';
import { us } from '#kernel/time';
import { checkJson, decimal, powerOfTwo, whole, words } from '../framework/checked-json.ts';
import { lineOf } from '../framework/json-place.ts';
import type { StudyPart } from './parts.ts';

const DAY_MICROSECONDS = 86_400e6;
const time = decimal({ least: 0, most: DAY_MICROSECONDS, unit: 'microseconds' });

/** Every field with its range: the documentation lists the same ones. */
const PartFile = v.strictObject({
  name: words,
  pageSize: powerOfTwo({ least: 32, most: 4096, unit: 'bytes' }),
  pages: whole({ least: 3, most: 1_048_576, unit: 'pages' }),
  programsPerWord: whole({ least: 1, most: 255, unit: 'programs' }),
  erasesPerPage: whole({ least: 1, most: 1_000_000, unit: 'erasures' }),
  programUnit: v.exactOptional(powerOfTwo({ least: 1, most: 4096, unit: 'bytes' }), 4),
  programUnitMicroseconds: time,
  programLeastMicroseconds: v.exactOptional(time, 0),
  programWindow: v.exactOptional(powerOfTwo({ least: 1, most: 65_536, unit: 'bytes' })),
  erasePageMicroseconds: time,
  storeReadMicroseconds: v.exactOptional(time, NRF52840_COSTS.storeRead / 1e3),
});

/** What a store of 32-bit words needs of a part. */
const NEEDED_PROGRAMS = 2;

/** Parses a part; the error is one sentence that begins with the line's number. */
export function parsePart(text: string): Result<StudyPart, string> {
  const checked = checkJson(text, PartFile);
  if (!checked.ok) return checked;
  const file = checked.value;
  if (file.programsPerWord < NEEDED_PROGRAMS) {
    return Err(
      `line ${lineOf(text, 'programsPerWord')}: "programsPerWord" is 1: the store marks an entry as deleted ` +
        'by a second program of its first word',
    );
  }
  if (file.programWindow !== undefined && file.programWindow < file.programUnit) {
    return Err(
      `line ${lineOf(text, 'programWindow')}: "programWindow" ${file.programWindow} is smaller than ` +
        `"programUnit" ${file.programUnit}`,
    );
  }
  return Ok({
    id: file.name,
    sheet: sheetOf(file),
    storeRead: us(file.storeReadMicroseconds),
  });
}

function sheetOf(file: v.InferOutput<typeof PartFile>): PartSheet {
  const { programWindow } = file;
  return {
    name: file.name,
    pageSize: given(file.pageSize),
    pages: given(file.pages),
    programsPerWord: given(file.programsPerWord),
    erasesPerPage: given(file.erasesPerPage),
    program: {
      unit: given(file.programUnit),
      each: given(us(file.programUnitMicroseconds)),
      least: given(us(file.programLeastMicroseconds)),
      ...(programWindow === undefined ? {} : { window: given(programWindow) }),
    },
    erasePage: given(us(file.erasePageMicroseconds)),
  };
}

/** A figure that the user answers for. */
function given<T>(value: T): Figure<T> {
  return { value, mark: 'S', source: "the user's file" };
}
