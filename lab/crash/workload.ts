// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The operations that a workload file asks for: recorded use, or operations as they stand in cases.
 *
 * NON-TOCK: see explore.ts. Of recorded use, calls that only read are left out, as the laboratory reads everything after
 * each cut, and so are power cycles, as it makes its own.
 */
import * as v from 'valibot';
import { payload } from '#apps/authenticator';
import { Err, Ok, type Result } from '#kernel/result';
import type { Update } from '#libraries/persistent-store/transaction';
import { parseWorkload, type CheckedLine } from '../run/workload.ts';
import { OPERATION_SCHEMA } from './crash-case.ts';
import type { Operation } from './store-adapter.ts';

/** Operations of a file; the error is one sentence that begins with the line's number. */
export function parseOperations(text: string): Result<readonly Operation[], string> {
  const operations = isRecordedUse(text) ? fromRecordedUse(text) : fromCases(text);
  if (!operations.ok || operations.value.length > 0) return operations;
  return Err('the workload has no operation that writes');
}

/** Lines of recorded use say when a call was made, in `t`. */
function isRecordedUse(text: string): boolean {
  return /^\s*\{[^\n]*"(t|act|event)"\s*:/.test(text) || !text.trimStart().startsWith('{');
}

function fromRecordedUse(text: string): Result<readonly Operation[], string> {
  const lines = parseWorkload(text);
  if (!lines.ok) return lines;
  const values = new Values();
  return Ok(lines.value.flatMap((line) => operationOf(line, values)));
}

function operationOf(line: CheckedLine, values: Values): Operation[] {
  switch (line.op) {
    case 'insert':
    case 'remove':
      return [values.update(line)];
    case 'transaction':
      return [{ op: 'transaction', updates: line.updates.map((update) => values.update(update)) }];
    case 'clear':
      return [{ op: 'clear', minKey: line.key }];
    case 'prepare':
      return [{ op: 'prepare', length: line.words }];
    case 'find':
    case 'iterate':
    case 'boot':
      return [];
  }
}

/** The values of keys, each other than the one before, as the app makes them that replays such files. */
class Values {
  private readonly versions = new Map<number, number>();

  update(
    update: { op: 'insert'; key: number; size: number } | { op: 'remove'; key: number },
  ): Update {
    const { key } = update;
    if (update.op === 'remove') return { op: 'remove', key };
    const version = this.versions.get(key) ?? 0;
    this.versions.set(key, version + 1);
    return { op: 'insert', key, value: payload(key, version, update.size) };
  }
}

function fromCases(text: string): Result<readonly Operation[], string> {
  const operations: Operation[] = [];
  for (const [index, row] of text.trimEnd().split(/\r?\n/).entries()) {
    const operation = parseOperation(row);
    if (!operation.ok) return Err(`line ${index + 1}: ${operation.error}`);
    operations.push(operation.value);
  }
  return Ok(operations);
}

function parseOperation(row: string): Result<Operation, string> {
  let json: unknown;
  try {
    json = JSON.parse(row);
  } catch {
    return Err('not JSON');
  }
  const checked = v.safeParse(OPERATION_SCHEMA, json);
  if (checked.success) return Ok(checked.output);
  const [issue] = checked.issues;
  return Err(`${v.getDotPath(issue) ?? 'operation'}: ${issue.message}`);
}
