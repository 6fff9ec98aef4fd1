// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reads a workload in any of its forms, chosen by the ending of its name.
 *
 * NON-TOCK: recorded use.
 */
import { Err, type Result } from '#kernel/result';
import { parseWorkload, type CheckedLine } from '../../run/workload.ts';
import { completion } from './completion.ts';
import { parseCsv } from './csv.ts';
import { parseDescription } from './generator.ts';

type Parser = (text: string) => Result<readonly CheckedLine[], string>;

/** What each ending stands for. */
const FORMS: Readonly<Record<string, Parser>> = {
  '.jsonl': (text) => parseWorkload(text, completion()),
  '.csv': parseCsv,
  '.json': parseDescription,
};

/** Parses the text of a file; the error names the line. */
export function readWorkload(name: string, text: string): Result<readonly CheckedLine[], string> {
  const parse = Object.entries(FORMS).find(([ending]) => name.toLowerCase().endsWith(ending))?.[1];
  if (parse === undefined) {
    return Err('a workload is a trace .jsonl or .csv, or a description .json');
  }
  return parse(text.replace(/^\uFEFF/, ''));
}
