// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random calls through every capsule between flash interfaces, against a model, while the flash refuses
 * and fails: each call is answered once, with its buffer, and only pages of failed calls may differ.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MuxByteFlash, MuxFlash } from '#capsules/core/virtualizers/virtual-flash';
import { FlashAsyncOverBlocking } from '#capsules/extra/flash-async-over-blocking';
import { FlashBytesOverPages } from '#capsules/extra/flash-bytes-over-pages';
import { NonvolatileToPages } from '#capsules/extra/nonvolatile-to-pages';
import { and, FlashRecorder } from '#conformance/flash-recorder';
import { StorageRecorder, type StorageCall } from '#conformance/nonvolatile-storage';
import { DeferredCalls } from '#kernel/deferred-call';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Rejected, type Result } from '#kernel/result';
import { Random } from '#kernel/random';
import { FakeFlash } from '../support/fake-flash.ts';

const SEEDS = 12;
const OPERATIONS = 150;
const PAGE = 64;

/** A fake flash that ends within the call. */
class AtOnce implements hil.flash.BlockingFlash {
  readonly pageSize = PAGE;
  readonly pages: number;
  readonly programUnit: number;
  readonly programsPerUnit: number;
  private readonly client = new FlashRecorder();

  constructor(private readonly fake: FakeFlash) {
    this.pages = fake.pages;
    this.programUnit = fake.programUnit;
    this.programsPerUnit = fake.programsPerUnit;
    fake.setClient(this.client);
  }

  readBytes(address: number, buffer: Uint8Array, length: number): Result {
    return this.end(this.fake.readBytes(address, buffer, length));
  }
  writeBytes(address: number, buffer: Uint8Array, length: number): Result {
    return this.end(this.fake.writeBytes(address, buffer, length));
  }
  erasePage(page: number): Result {
    return this.end(this.fake.erasePage(page));
  }

  private end(started: Result<void, unknown>): Result {
    this.fake.settle();
    return started.ok && this.client.calls.at(-1)?.ok === true ? Ok() : Err(ErrorCode.FAIL);
  }
}

interface Stack<T> {
  readonly top: T;
  readonly fake: FakeFlash;
  /** Where the top's first byte is in the fake flash. */
  readonly base: number;
  readonly settle: () => void;
  /** Lets somebody else use the flash, too. */
  readonly disturb?: () => void;
}

function overFake<T>(
  writeErases: boolean,
  make: (fake: FakeFlash, base: number) => T,
  base = 0,
): Stack<T> {
  const fake = new FakeFlash({ writeErases });
  return { top: make(fake, base), fake, base, settle: () => fake.settle() };
}

function shared(): Stack<hil.flash.ByteFlash> {
  const fake = new FakeFlash();
  const mux = new MuxByteFlash(fake);
  const top = mux.createUser({ firstPage: 1, pages: 3 });
  const other = mux.createUser({ firstPage: 0, pages: 1 });
  return { top, fake, base: PAGE, settle: () => fake.settle(), disturb: () => other.erasePage(0) };
}

function blocking(writeErases: boolean): Stack<hil.flash.ByteFlash> {
  const fake = new FakeFlash();
  const calls = new DeferredCalls();
  const top = new FlashAsyncOverBlocking(new AtOnce(fake), calls, { writeErases });
  return { top, fake, base: 0, settle: () => calls.serviceNextPending() };
}

const STACKS: Readonly<Record<string, () => Stack<hil.flash.ByteFlash>>> = {
  'bytes over pages whose writes erase': () =>
    overFake(true, (fake) => new FlashBytesOverPages(fake)),
  'bytes over pages whose writes do not': () =>
    overFake(false, (fake) => new FlashBytesOverPages(fake)),
  'bytes over a window of shared pages': () =>
    overFake(
      false,
      (fake) => new FlashBytesOverPages(new MuxFlash(fake).createUser({ firstPage: 1, pages: 3 })),
      PAGE,
    ),
  'a window of shared bytes': shared,
  'split-phase over blocking, erasing': () => blocking(true),
  'split-phase over blocking, not erasing': () => blocking(false),
  'a user of bytes over pages of a user': () =>
    overFake(true, (fake) =>
      new MuxByteFlash(new FlashBytesOverPages(new MuxFlash(fake).createUser())).createUser(),
    ),
};

/** Makes the flash refuse or fail one of its next calls, now and then. */
function injure(fake: FakeFlash, random: Random): void {
  const after = random.below(4);
  switch (random.below(8)) {
    case 0:
      fake.refuse(after);
      return;
    case 1:
      fake.fail(after);
      return;
    case 2:
      fake.fail(after, 'FlashMemoryProtectionError');
  }
}

const bytesOf = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.below(256));

/** The content that a flash should have: what failed is learnt anew. */
class Model {
  readonly cells: Uint8Array;

  constructor(private readonly fake: FakeFlash) {
    this.cells = fake.cells.slice();
  }

  /** Takes over the pages of a range: nothing is known of them. */
  learn(from: number, length: number): void {
    const first = Math.floor(from / PAGE) * PAGE;
    const end = Math.ceil((from + length) / PAGE) * PAGE;
    this.cells.set(this.fake.cells.subarray(first, end), first);
  }

  clear(from: number, bytes: Uint8Array): void {
    this.cells.set(and(this.cells.slice(from, from + bytes.length), bytes), from);
  }

  check(what: string): void {
    expect(this.fake.cells, what).to.deep.equal(this.cells);
  }
}

interface Call {
  readonly what: string;
  readonly from: number;
  readonly length: number;
  readonly buffer?: Uint8Array;
  readonly start: () => Result<void, Rejected<Uint8Array> | ErrorCode>;
  /** What the model does when it succeeds. */
  readonly apply: (model: Model) => void;
}

/** A call that is in order, at random. */
function anyCall({ top, base }: Stack<hil.flash.ByteFlash>, random: Random): Call {
  const kind = random.below(5);
  return kind < 3 ? pageCall(top, base, random) : byteCall(top, base, random);
}

function pageCall(top: hil.flash.ByteFlash, base: number, random: Random): Call {
  const page = random.below(top.pages);
  const from = base + page * PAGE;
  const place = { from, length: PAGE };
  const buffer = bytesOf(random, PAGE);
  switch (random.below(3)) {
    case 0: {
      const start = (): Result => top.erasePage(page);
      return {
        what: 'erasePage',
        ...place,
        start,
        apply: ({ cells }) => cells.fill(0xff, from, from + PAGE),
      };
    }
    case 1: {
      const apply = (model: Model): void => {
        expect(buffer).to.deep.equal(model.cells.slice(from, from + PAGE));
      };
      return { what: 'readPage', ...place, buffer, start: () => top.readPage(page, buffer), apply };
    }
    default: {
      const apply = (model: Model): void => {
        if (top.writeErases) model.cells.set(buffer, from);
        else model.clear(from, buffer);
      };
      return {
        what: 'writePage',
        ...place,
        buffer,
        start: () => top.writePage(page, buffer),
        apply,
      };
    }
  }
}

function byteCall(top: hil.flash.ByteFlash, base: number, random: Random): Call {
  const size = top.pages * PAGE;
  const reads = random.below(2) === 0;
  const unit = reads ? 1 : top.programUnit;
  const address = unit * random.below(size / unit);
  const length = unit * random.below(Math.min(size - address, 150) / unit);
  const [from, buffer] = [base + address, bytesOf(random, length + random.below(3))];
  const call = { from, length, buffer };
  if (!reads) {
    const apply = (model: Model): void => model.clear(from, buffer.subarray(0, length));
    const start = () => top.writeBytes(address, buffer, length);
    return { what: 'writeBytes', ...call, start, apply };
  }
  const apply = ({ cells }: Model): void => {
    expect(buffer.slice(0, length)).to.deep.equal(cells.slice(from, from + length));
  };
  return { what: 'readBytes', ...call, start: () => top.readBytes(address, buffer, length), apply };
}

function run(stack: Stack<hil.flash.ByteFlash>, seed: number, injured: boolean): void {
  const random = new Random(seed);
  const model = new Model(stack.fake);
  const client = new FlashRecorder();
  stack.top.setClient(client);
  for (let count = 0; count < OPERATIONS; count++) {
    if (injured) injure(stack.fake, random);
    if (random.below(4) === 0) stack.disturb?.();
    const call = anyCall(stack, random);
    const succeeded = perform(stack, call, client);
    if (!injured) expect(succeeded, call.what).to.equal(true);
    if (succeeded) call.apply(model);
    else model.learn(call.from, call.length);
    model.check(`${call.what} ${call.from}, ${call.length}`);
  }
}

/** One call to its end: whether it succeeded. It is answered once, with its own buffer. */
function perform(
  { top, settle }: Stack<hil.flash.ByteFlash>,
  call: Call,
  client: FlashRecorder,
): boolean {
  const started = call.start();
  expect(client.calls).to.be.empty;
  if (!started.ok) {
    if (call.buffer !== undefined)
      expect((started.error as Rejected<Uint8Array>)[1]).to.equal(call.buffer);
    settle();
    expect(client.calls).to.be.empty;
    return false;
  }
  expect(top.erasePage(0)).to.deep.equal(Err(ErrorCode.BUSY));
  settle();
  const [told, ...more] = client.calls.splice(0);
  expect(more).to.be.empty;
  expect(told?.buffer).to.equal(call.buffer);
  return told?.ok === true;
}

describe('Capsules between flash interfaces, at random', () => {
  for (const [name, create] of Object.entries(STACKS)) {
    it(`${name}: does what the model does, and every buffer comes back`, () => {
      for (let seed = 0; seed < SEEDS; seed++) run(create(), seed, false);
    });

    it(`${name}: survives a flash that refuses and fails, and every buffer comes back`, () => {
      for (let seed = 0; seed < SEEDS; seed++) run(create(), seed, true);
    });
  }

  for (const writeErases of [false, true]) {
    const kind = writeErases ? 'whose writes erase' : 'whose writes do not';

    for (const injured of [false, true]) {
      it(`storage on pages ${kind}${injured ? ', which refuse and fail' : ''}: as the model`, () => {
        for (let seed = 0; seed < SEEDS; seed++) {
          runStorage(
            overFake(writeErases, (fake) => new NonvolatileToPages(fake)),
            seed,
            injured,
          );
        }
      });
    }
  }
});

function runStorage(
  { top, fake, settle }: Stack<NonvolatileToPages>,
  seed: number,
  injured: boolean,
): void {
  const random = new Random(seed);
  const model = new Model(fake);
  const client = new StorageRecorder();
  top.setClient(client);
  for (let count = 0; count < OPERATIONS; count++) {
    if (injured) injure(fake, random);
    const address = random.below(256);
    const given = bytesOf(random, random.below(257 - address));
    const buffer = given.slice();
    const kind = random.below(2) === 0 ? 'read' : 'write';
    const started = top[kind](buffer, address, buffer.length);
    settle();
    const succeeded = isDone(started, client.calls.splice(0), buffer);
    if (!injured) expect(succeeded, kind).to.equal(true);
    if (!succeeded) model.learn(address, buffer.length);
    else if (kind === 'write') model.cells.set(given, address);
    else expect(buffer).to.deep.equal(model.cells.slice(address, address + buffer.length));
    model.check(`${kind} ${address}, ${buffer.length}`);
  }
}

/** Whether a call succeeded; it is answered once, with its own buffer. */
function isDone(
  started: Result<void, Rejected<Uint8Array>>,
  calls: readonly StorageCall[],
  buffer: Uint8Array,
): boolean {
  expect(calls).to.have.length(started.ok ? 1 : 0);
  expect(started.ok ? calls[0]?.buffer : started.error[1]).to.equal(buffer);
  return calls[0]?.result.ok === true;
}
