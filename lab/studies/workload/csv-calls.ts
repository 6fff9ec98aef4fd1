// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The rows of a table as store calls: rows of one batch, one below the other, are a transaction.
 *
 * NON-TOCK: recorded use.
 */
import { Err, Ok, type Result } from '#kernel/result';
import { checkLine, type CheckedLine } from '../../run/workload.ts';
import { completion } from './completion.ts';

/** The cells of a row that are not empty. */
export type Fields = Readonly<Record<string, string | number>>;

/** What the rows of a batch say in common. */
const COMMON: readonly string[] = ['t', 'time', 'event', 'act', 'label'];

/** A call to which the next row may still belong. */
interface Call {
  readonly row: number;
  readonly batch: string | number | undefined;
  readonly fields: Fields;
  /** Of a transaction. */
  readonly updates: Fields[];
}

/** Takes row after row. */
export class Calls {
  private readonly complete = completion();
  private readonly checked: CheckedLine[] = [];
  private readonly over = new Set<string | number>();
  private open: Call | undefined;

  /** Takes a row of the file; what is wrong, beginning with the line's number, or nothing. */
  take({ batch, ...fields }: Fields, row: number): string | undefined {
    if (batch === undefined) return this.begin({ row, batch, fields, updates: [] });
    const common = pick(fields, (name) => COMMON.includes(name));
    const update = pick(fields, (name) => !COMMON.includes(name));
    const wrong = clashOfUpdate(update) ?? this.clashOfBatch(batch, common);
    if (wrong !== undefined) return `line ${row}: ${wrong}`;
    if (this.open?.batch !== batch) {
      return this.begin({ row, batch, fields: common, updates: [update] });
    }
    this.open.updates.push(update);
    return undefined;
  }

  /** All calls; the error begins with the line's number. */
  end(): Result<readonly CheckedLine[], string> {
    const wrong = this.close();
    return wrong === undefined ? Ok(this.checked) : Err(wrong);
  }

  /** What is wrong with a row of a batch beside those before it; it may leave out what the first one said. */
  private clashOfBatch(batch: string | number, common: Fields): string | undefined {
    if (this.over.has(batch)) return `batch ${batch} is over: its rows follow each other`;
    if (this.open?.batch !== batch) return undefined;
    const { fields, row } = this.open;
    const other = Object.entries(common).find(([name, value]) => fields[name] !== value);
    if (other === undefined) return undefined;
    const [name, value] = other;
    const first = fields[name] ?? 'none';
    return `"${name}" is ${value}, but batch ${batch} began with ${first} in line ${row}`;
  }

  private begin(call: Call): string | undefined {
    const wrong = this.close();
    this.open = call;
    return wrong;
  }

  private close(): string | undefined {
    if (this.open === undefined) return undefined;
    const { row, batch } = this.open;
    const line = checkLine(this.complete(valueOf(this.open), this.checked.length));
    if (!line.ok) return `line ${row}: ${line.error}`;
    this.checked.push({ ...line.value, row });
    if (batch !== undefined) this.over.add(batch);
    return undefined;
  }
}

function pick(fields: Fields, isWanted: (name: string) => boolean): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)));
}

function valueOf({ batch, fields, updates }: Call): unknown {
  return batch === undefined ? fields : { ...fields, op: 'transaction', updates };
}

/** Checks an update as if it were a call by itself. */
function clashOfUpdate(update: Fields): string | undefined {
  const { op } = update;
  if (op !== 'insert' && op !== 'remove') {
    return `"op" of a batch must be insert or remove, not ${op ?? 'empty'}`;
  }
  const checked = checkLine({ ...update, t: 0, event: 'update', act: 1 });
  return checked.ok ? undefined : checked.error;
}
