// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Counts its own starts in the configuration store, and shows each of the store's answers, all by callback.
 *
 * NON-TOCK: an app for this project's own driver.
 */
import type { Result } from '#kernel/result';
import type { Buffer, Lendable } from './libtock/buffer.ts';
import type { Cfstore, CfstoreCallback } from './libtock/cfstore.ts';
import type { Libtock } from './libtock/libtock.ts';
import type { Userspace } from './libtock/userspace.ts';

/** Starts an operation that calls back. */
type Call = (callback: CfstoreCallback) => Userspace<Result<void, number>>;

const BUSY = 2;
const ALREADY = 3;
const INVAL = 6;
const NOSUPPORT = 10;
const READ = { read: true } as const;
const READ_WRITE = { read: true, write: true } as const;
/** Digits of the count of starts. */
const DIGITS = 4;
const VALUE = 'abcdefghijklmnop';
const CHANGED = 'abcdefghIJklmnop';

/** Prints one line an operation; returns 1 when an answer is not the one that the store promises. */
export function* main(tock: Libtock): Userspace<number> {
  const name = yield* tock.bufferOf(new Uint8Array(32));
  const data = yield* tock.bufferOf(new Uint8Array(32));
  const session = new Session(tock, name, data);
  yield* session.clear();
  yield* session.count();
  yield* session.write();
  yield* session.find();
  yield* session.refusals();
  yield* session.delete();
  return session.wrong;
}

class Session {
  /** 1: an answer was not what it should be. */
  wrong = 0;
  private readonly cfstore: Cfstore;

  constructor(
    private readonly tock: Libtock,
    private readonly name: Buffer,
    private readonly data: Buffer,
  ) {
    this.cfstore = tock.cfstore;
  }

  /** Takes away what a start left behind that came to no end. */
  *clear(): Userspace {
    let handle = 0;
    for (;;) {
      const found = yield* this.cfstore.find('note.*', handle);
      if (!found.ok) return;
      handle = found.value;
      yield* this.cfstore.delete(handle);
    }
  }

  // --- What it does --------------------------------------------------------------------------------

  /** Reads the count, when there is one, and writes it back. */
  *count(): Userspace {
    const { cfstore, tock } = this;
    const known = yield* cfstore.open('starts', READ_WRITE);
    const handle = known.ok
      ? known.value
      : yield* this.ask('create starts', this.toCreate('starts', DIGITS));
    const length = known.ok ? yield* this.ask('read starts', this.toRead(handle)) : 0;
    const before = Number(textOf(this.data, length));
    const starts = String(before + 1).padStart(DIGITS, '0');
    yield* this.ask(`write ${starts}`, this.toWrite(handle, starts));
    yield* this.ask('close', (callback) => cfstore.closeAsync(handle, callback));
    yield* tock.console.print(`start ${before + 1} of this flash\n`);
  }

  /** Makes two keys; what is written is there for the writer at once, and for others after the close. */
  *write(): Userspace {
    const handle = yield* this.ask('create note.1', this.toCreate('note.1', VALUE.length));
    yield* this.ask('write all of it', this.toWrite(handle, VALUE));
    const early = yield* this.ask('open note.1 meanwhile', this.toOpen('note.1'), NOSUPPORT);
    if (early !== 0) yield* this.close(early); // A store that commits before the close.
    yield* this.ask('seek to write at 8', (callback) =>
      this.cfstore.wseekAsync(handle, 8, callback),
    );
    yield* this.ask('write IJ', this.toWrite(handle, 'IJ'));
    yield* this.show('read before the close', handle);
    yield* this.ask('flush meanwhile', (callback) => this.cfstore.flushAsync(callback), BUSY);
    yield* this.close(handle);
    const again = yield* this.ask('open note.1', this.toOpen('note.1'));
    yield* this.show('read after the close', again);
    yield* this.close(again);
    yield* this.close(yield* this.ask('create note.2', this.toCreate('note.2', 0)));
  }

  /** Walks over the keys of a pattern. */
  *find(): Userspace {
    let handle = 0;
    for (let left = 2; left >= 0; left--) {
      const expected = left === 0 ? NOSUPPORT : 0;
      handle = yield* this.ask('find note.*', this.toFind('note.*', handle), expected);
      if (handle === 0) return;
      const length = yield* this.ask('  its name has', (callback) =>
        this.cfstore.keyNameAsync(handle, this.data, callback),
      );
      yield* this.tock.console.print(`  ${textOf(this.data, length)}\n`);
    }
  }

  *refusals(): Userspace {
    const handle = yield* this.ask('open note.1', this.toOpen('note.1'));
    yield* this.ask('write to it', this.toWrite(handle, 'x'), NOSUPPORT);
    yield* this.ask(
      'seek to read at 17',
      (callback) => this.cfstore.rseekAsync(handle, VALUE.length + 1, callback),
      INVAL,
    );
    yield* this.close(handle);
    yield* this.ask('read from it', this.toRead(handle), INVAL);
    yield* this.ask('create note.1', this.toCreate('note.1', 1), ALREADY);
    yield* this.ask('create note/1', this.toCreate('note/1', 1), INVAL);
  }

  /** A key goes with the last of its handles. */
  *delete(): Userspace {
    const first = yield* this.ask('open note.1', this.toOpen('note.1'));
    const second = yield* this.ask('open note.1', this.toOpen('note.1'));
    yield* this.ask('delete it', (callback) => this.cfstore.deleteAsync(first, callback));
    yield* this.close(first);
    yield* this.show('read by the other', second);
    yield* this.ask('open note.1 meanwhile', this.toOpen('note.1'), BUSY);
    yield* this.close(second);
    yield* this.ask('open note.1', this.toOpen('note.1'), NOSUPPORT);
    yield* this.clear();
    yield* this.ask('flush', (callback) => this.cfstore.flushAsync(callback));
  }

  // --- One operation -------------------------------------------------------------------------------

  /** Starts an operation, waits for its callback, and prints the answer: the result. */
  private *ask(what: string, call: Call, expected = 0): Userspace<number> {
    const { tock } = this;
    const answers: [number, number, number][] = [];
    const started = yield* call((...answer) => answers.push(answer));
    if (!started.ok) answers.push([started.error, 0, 0]);
    while (answers.length === 0) yield* tock.yieldWait();
    const [error, result, cfstoreError] = answers[0] ?? [0, 0, 0];
    const text = error === 0 ? `ok, ${result}` : `${tock.errorName(error)} (${cfstoreError})`;
    yield* tock.console.print(`${what}: ${text}\n`);
    if (error !== expected) this.wrong = 1;
    return result;
  }

  private toCreate(name: string, length: number): Call {
    return (callback) =>
      this.cfstore.createAsync(lay(this.name, name), length, READ_WRITE, callback);
  }

  private toOpen(name: string): Call {
    return (callback) => this.cfstore.openAsync(lay(this.name, name), READ, callback);
  }

  private toFind(query: string, previous: number): Call {
    return (callback) => this.cfstore.findAsync(lay(this.name, query), previous, callback);
  }

  private toWrite(handle: number, text: string): Call {
    return (callback) => this.cfstore.writeAsync(handle, lay(this.data, text), callback);
  }

  private toRead(handle: number): Call {
    return (callback) => this.cfstore.readAsync(handle, this.data, callback);
  }

  private *close(handle: number): Userspace {
    yield* this.ask('close', (callback) => this.cfstore.closeAsync(handle, callback));
  }

  /** Reads from the beginning, and prints it. */
  private *show(what: string, handle: number): Userspace {
    yield* this.ask('seek to read at 0', (callback) =>
      this.cfstore.rseekAsync(handle, 0, callback),
    );
    const text = textOf(this.data, yield* this.ask(what, this.toRead(handle)));
    yield* this.tock.console.print(`  ${text}\n`);
    if (text !== CHANGED) this.wrong = 1;
  }
}

/** Puts a text at the start of a buffer: that part of it, to be lent. */
function lay({ address, bytes }: Buffer, text: string): Lendable {
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return { address, length: text.length };
}

function textOf({ bytes }: Buffer, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
