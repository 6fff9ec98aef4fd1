// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A small client of each driver: it uses the driver as an app would, checks what comes back, and ends with 0.
 *
 * NON-TOCK: what the blades fall on, and what must work after they fell. `who` keeps clients apart that
 * run at the same time: keys, places and pages are their own.
 */
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import type { Result } from '#kernel/result';

/** What a client finds as `tock.args`. */
export interface ClientArgs {
  readonly who: number;
  readonly name: string;
  /** The process that an IPC client talks to; its own name: it serves. */
  readonly peer: string;
  /** Whether nobody else lives: then a driver that stays busy is busy for the dead. */
  readonly alone: boolean;
}

/** A client of one driver. */
export interface Client {
  readonly description: string;
  /** Whether it talks to other processes, so that they may well see what becomes of it. */
  readonly sociable?: true;
  /** Whether it needs somebody in front of the board, who presses and types. */
  readonly attended?: true;
  /** 0, or which step went wrong. */
  readonly main: (tock: Libtock) => Userspace<number>;
}

const BUSY = 2;
const NOSUPPORT = 10;
const PATIENCE = { alone: 2, otherwise: 200 } as const;

function argsOf(tock: Libtock): ClientArgs {
  return tock.args as ClientArgs;
}

function pattern(length: number, who: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + who * 31 + 1) & 0xff);
}

function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && b.every((byte, index) => byte === a[index]);
}

/** Asks again while another process keeps the driver busy. */
function* patiently<T>(
  tock: Libtock,
  attempt: () => Userspace<Result<T, number>>,
): Userspace<Result<T, number>> {
  const patience = argsOf(tock).alone ? PATIENCE.alone : PATIENCE.otherwise;
  let outcome = yield* attempt();
  for (let tries = 1; !outcome.ok && outcome.error === BUSY && tries < patience; tries++) {
    yield* tock.alarm.sleep(1);
    outcome = yield* attempt();
  }
  return outcome;
}

function* kv(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const key = `key ${who}`;
  const value = pattern(40, who);
  if (!(yield* tock.kv.set(key, value)).ok) return 1;
  const got = yield* tock.kv.get(key);
  if (!got.ok || !same(got.value, value)) return 2;
  if (!(yield* tock.kv.delete(key)).ok) return 3;
  const gone = yield* tock.kv.get(key);
  return !gone.ok && gone.error === NOSUPPORT ? 0 : 4;
}

function* store(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const value = pattern(20, who);
  const other = pattern(9, who + 1);
  const key = 100 + who * 2;
  if (!(yield* tock.persistentStore.insert(key, value)).ok) return 1;
  const found = yield* tock.persistentStore.find(key);
  if (!found.ok || !same(found.value, value)) return 2;
  const moved = yield* tock.persistentStore.transaction([
    { op: 'insert', key: key + 1, value: other },
    { op: 'remove', key },
  ]);
  if (!moved.ok) return 3;
  const there = yield* tock.persistentStore.find(key + 1);
  if (!there.ok || !same(there.value, other)) return 4;
  return (yield* tock.persistentStore.remove(key + 1)).ok ? 0 : 5;
}

/** One key, opened twice; it goes with the last handle. */
function* cfstore(tock: Libtock): Userspace<number> {
  const name = `client.${argsOf(tock).who}`;
  const value = pattern(24, argsOf(tock).who);
  let created = yield* tock.cfstore.create(name, value.length);
  // One that was started afresh may find the key of the one before it.
  if (!created.ok) created = yield* tock.cfstore.open(name, { read: true, write: true });
  if (!created.ok || !(yield* tock.cfstore.write(created.value, value)).ok) return 1;
  if (!(yield* tock.cfstore.close(created.value)).ok) return 2;
  const opened = yield* tock.cfstore.open(name);
  if (!opened.ok) return 3;
  const read = yield* tock.cfstore.read(opened.value, value.length);
  if (!read.ok || !same(read.value, value)) return 4;
  if (!(yield* tock.cfstore.delete(opened.value)).ok) return 5;
  return (yield* tock.cfstore.close(opened.value)).ok ? 0 : 6;
}

function* configStorage(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const value = pattern(30, who);
  if (!(yield* tock.configStorage.insert(who, value)).ok) return 1;
  const got = yield* tock.configStorage.retrieve(who);
  if (!got.ok || !same(got.value, value)) return 2;
  return (yield* tock.configStorage.remove(who)).ok ? 0 : 3;
}

function* storage(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const offset = who * 1024;
  const written = yield* tock.bufferOf(pattern(100, who));
  if (!(yield* tock.nonvolatileStorage.writeAll(offset, written)).ok) return 1;
  const read = yield* tock.bufferOf(new Uint8Array(100));
  if (!(yield* tock.nonvolatileStorage.readAll(offset, read)).ok) return 2;
  return same(read.bytes, written.bytes) ? 0 : 3;
}

function* appFlash(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const region = (yield* tock.appFlash.regions())[0];
  if (region === undefined) return 1;
  const bytes = pattern(512, who);
  if (!(yield* tock.appFlash.write(region.start, yield* tock.bufferOf(bytes))).ok) return 2;
  return same(tock.machine.memory.read(region.start, 512), bytes) ? 0 : 3;
}

function* flash(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const geometry = yield* tock.flash.geometry();
  if (!geometry.ok) return 1;
  const address = who * geometry.value.pageSize;
  const source = yield* tock.bufferOf(pattern(16, who));
  const target = yield* tock.bufferOf(new Uint8Array(16));
  const erased = yield* patiently(tock, () => tock.flash.erasePage(who));
  if (!erased.ok) return 2;
  const written = yield* patiently(tock, () => tock.flash.writeBytes(address, source));
  if (!written.ok) return 3;
  const read = yield* patiently(tock, () => tock.flash.readBytes(address, target));
  return read.ok && same(target.bytes, source.bytes) ? 0 : 4;
}

/** The second text takes two buffers of the driver, and others may write between them: it has no name. */
function* console(tock: Libtock): Userspace<number> {
  const { name } = argsOf(tock);
  for (const text of [`${name}: one\n`, `${'two '.repeat(18)}\n`]) {
    const printed = yield* tock.console.print(text);
    if (!printed.ok || printed.value !== text.length) return 1;
  }
  return 0;
}

/** The first process reads last: nobody types any more when it is gone. */
function* keyboard(tock: Libtock): Userspace<number> {
  if (argsOf(tock).who === 0) yield* tock.alarm.sleep(2);
  const buffer = yield* tock.bufferOf(new Uint8Array(2));
  const read = yield* patiently(tock, () => tock.console.read(buffer));
  return read.ok && read.value === 2 ? 0 : 1;
}

/** Longer than any process is stopped, and shorter than any counter takes to wrap. */
const LONG_MILLISECONDS = 200_000;

/** An alarm with a callback beside waits for other drivers, and one that is stopped before it fires. */
function* alarm(tock: Libtock): Userspace<number> {
  const { name } = argsOf(tock);
  const millisecond = Math.round((yield* tock.alarm.frequency()) / 1000);
  let fired = 0;
  for (let round = 1; round <= 2; round++) {
    yield* tock.alarm.setRelative(2 * millisecond, () => {
      fired++;
    });
    if (!(yield* tock.console.print(`${name}: ${round}\n`)).ok) return round;
    while (fired < round) yield* tock.yieldWait();
  }
  yield* tock.alarm.setRelative(LONG_MILLISECONDS * millisecond, () => {
    fired++;
  });
  const stopped = yield* tock.alarm.stop();
  yield* tock.alarm.sleep(1);
  return stopped.ok && fired === 2 ? 0 : 3;
}

function* button(tock: Libtock): Userspace<number> {
  return (yield* tock.button.waitForPress(0)).ok ? 0 : 1;
}

function* led(tock: Libtock): Userspace<number> {
  const { who } = argsOf(tock);
  const lit = (yield* tock.led.on(who)).ok && (yield* tock.led.toggle(who)).ok;
  return lit && (yield* tock.led.off(who)).ok ? 0 : 1;
}

function* rng(tock: Libtock): Userspace<number> {
  for (const count of [3, 16]) {
    const drawn = yield* tock.rng.bytes(count);
    if (!drawn.ok || drawn.value.length !== count) return count;
  }
  return 0;
}

function* debug(tock: Libtock): Userspace<number> {
  for (let value = 0; value < 3; value++) {
    if (!(yield* tock.debug.print1(value)).ok) return 1;
  }
  return 0;
}

/** Serves one notification, or sends one and waits for the answer; nobody there is an answer, too. */
function* ipc(tock: Libtock): Userspace<number> {
  const { name, peer } = argsOf(tock);
  let answered = false;
  const shared = yield* tock.bufferOf(new Uint8Array(16));
  if (name === peer) {
    yield* tock.ipc.registerService(name, function* (client: number) {
      answered = true;
      yield* tock.ipc.notifyClient(client);
    });
    yield* tock.alarm.yieldForWithTimeout(() => answered, 20);
    return 0;
  }
  const service = yield* tock.ipc.discover(peer);
  if (!service.ok) return 1;
  yield* tock.ipc.registerClient(service.value, () => {
    answered = true;
  });
  yield* tock.ipc.share(service.value, shared);
  const sent = yield* tock.ipc.notifyService(service.value);
  if (sent.ok) yield* tock.alarm.yieldForWithTimeout(() => answered, 20);
  yield* tock.ipc.share(service.value, null);
  return 0;
}

/** Every client by the name of its driver. The keyboard is first: who types frees it from the dead. */
export const CLIENTS = {
  keyboard: { description: 'console: reads two bytes', attended: true, main: keyboard },
  kv: { description: 'key-value store: set, get, delete', main: kv },
  store: { description: 'persistent store: insert, find, transaction, remove', main: store },
  storage: { description: 'non-volatile storage: write, read', main: storage },
  'app-flash': { description: 'app flash: one write', main: appFlash },
  flash: { description: 'flash: erase, write, read', main: flash },
  console: { description: 'console: two lines', main: console },
  alarm: { description: 'alarm, beside waits for the console', main: alarm },
  button: { description: 'button: waits for a press', attended: true, main: button },
  led: { description: 'LED: on, toggle, off', main: led },
  rng: { description: 'random numbers: two gets', main: rng },
  debug: { description: 'low-level debug: three numbers', main: debug },
  ipc: { description: 'a service and its client', sociable: true, main: ipc },
  cfstore: { description: 'configuration store: create, write, read, delete', main: cfstore },
  'config-storage': { description: 'settings: insert, retrieve, remove', main: configStorage },
} as const satisfies Readonly<Record<string, Client>>;

/** The name of a client. */
export type ClientName = keyof typeof CLIENTS;

/** A client of each driver in turn: 0, or the number of the first that failed, from 1, times 10, and its step. */
export function* everyClient(tock: Libtock): Userspace<number> {
  for (const [index, { main }] of Object.values(CLIENTS).entries()) {
    const step = yield* main(tock);
    if (step !== 0) return (index + 1) * 10 + step;
  }
  return 0;
}
