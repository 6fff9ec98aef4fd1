// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Virtual flash: each user has the contract of the flash, its own completions, and its turn.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  MuxByteFlash,
  MuxFlash,
  type ByteFlashUser,
  type FlashWindow,
  type VirtualFlashFlaw,
} from '#capsules/core/virtualizers/virtual-flash';
import { describeByteFlash } from '#conformance/byte-flash';
import { describeFlash } from '#conformance/flash';
import { FlashRecorder, pattern, type FlashFixture } from '#conformance/flash-recorder';
import { KernelPanic } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { driver, power } from '../../../chips/nrf52/support.ts';
import { FakeFlash } from '../../../support/fake-flash.ts';

const WINDOW = { firstPage: 1, pages: 3 };

const pageUser = (window?: FlashWindow) => (): FlashFixture<hil.flash.Flash> => {
  const powered = power();
  return { flash: new MuxFlash(driver(powered)).createUser(window), settle: powered.settle };
};
const byteUser = (window?: FlashWindow) => (): FlashFixture<hil.flash.ByteFlash> => {
  const powered = power();
  return { flash: new MuxByteFlash(driver(powered)).createUser(window), settle: powered.settle };
};

describeFlash('FlashUser', pageUser());
describeFlash('FlashUser with a window', pageUser(WINDOW));
describeFlash('ByteFlashUser by pages', byteUser());
describeByteFlash('ByteFlashUser', byteUser());
describeByteFlash('ByteFlashUser with a window', byteUser(WINDOW));

describe('MuxFlash and MuxByteFlash', () => {
  let fake: FakeFlash;
  let mux: MuxByteFlash;
  let users: ByteFlashUser[];
  let clients: FlashRecorder[];

  function boot(flaws: readonly VirtualFlashFlaw[] = []): void {
    fake = new FakeFlash();
    mux = new MuxByteFlash(fake, new Set(flaws));
    users = [0, 1, 2].map(() => mux.createUser());
    clients = users.map((user) => {
      const client = new FlashRecorder();
      user.setClient(client);
      return client;
    });
  }

  beforeEach(() => boot());

  const user = (index: number): ByteFlashUser => users[index] ?? expect.fail('no such user');
  const client = (index: number): FlashRecorder => clients[index] ?? expect.fail('no such client');
  const counts = (): number[] => clients.map(({ calls }) => calls.length);

  describe('turns', () => {
    it('G15: one that calls while another is served waits, and each hears of its own alone', () => {
      const [first, second] = [pattern(64, 1), pattern(64, 2)];
      expect(user(0).writePage(0, first)).to.deep.equal(Ok());
      expect(user(1).writePage(1, second)).to.deep.equal(Ok());
      expect(fake.calls).to.deep.equal(['writePage 0']);
      fake.complete();
      expect(counts()).to.deep.equal([1, 0, 0]);
      expect(fake.calls).to.deep.equal(['writePage 0', 'writePage 1']);
      fake.complete();
      expect(counts()).to.deep.equal([1, 1, 0]);
      expect(client(0).calls[0]?.buffer).to.equal(first);
      expect(client(1).calls[0]?.buffer).to.equal(second);
    });

    it('go round: one that calls again from its callback comes after those that wait', () => {
      const again = (): void => {
        client(0).next = again;
        expect(user(0).erasePage(0)).to.deep.equal(Ok());
      };
      again();
      user(1).erasePage(1);
      user(2).erasePage(2);
      for (let count = 0; count < 4; count++) fake.complete();
      const pages = fake.calls.map((call) => call.at(-1));
      expect(pages.join('')).to.equal('01200');
    });

    it('are by bytes and by pages alike, in one queue', () => {
      user(0).writeBytes(0, pattern(4), 4);
      user(1).readBytes(0, new Uint8Array(4), 4);
      user(2).readPage(0, new Uint8Array(64));
      fake.settle();
      expect(fake.calls).to.deep.equal(['writeBytes 0', 'readBytes 0', 'readPage 0']);
      expect(clients.map(({ calls }) => calls[0]?.name)).to.deep.equal([
        ...['bytesWritten', 'bytesRead', 'readComplete'],
      ]);
      expect(client(1).calls[0]?.buffer).to.deep.equal(pattern(4));
    });

    it('pass by a user whose client is gone', () => {
      const orphan = mux.createUser();
      orphan.erasePage(0);
      user(0).erasePage(1);
      fake.settle();
      expect(fake.erases).to.deep.equal([1, 1, 0, 0]);
      expect(counts()).to.deep.equal([1, 0, 0]);
      expect(orphan.erasePage(0)).to.deep.equal(Ok());
    });
  });

  describe('a second request of a user', () => {
    it('G16: before the first is served is BUSY, and the first is served', () => {
      const [first, second] = [pattern(64, 1), pattern(64, 2)];
      user(0).erasePage(0);
      user(1).writePage(1, first);
      expect(user(1).writePage(1, second)).to.deep.equal(Err([ErrorCode.BUSY, second]));
      expect(user(1).readBytes(0, second, 4)).to.deep.equal(Err([ErrorCode.BUSY, second]));
      expect(user(1).erasePage(1)).to.deep.equal(Err(ErrorCode.BUSY));
      fake.settle();
      expect(client(1).calls.map(({ buffer }) => buffer === first)).to.deep.equal([true]);
      expect(fake.page(1)).to.deep.equal(first);
    });

    it('G16: upstream takes it in place of the first, whose buffer is lost (mux-overwrites-request)', () => {
      boot(['mux-overwrites-request']);
      const [first, second] = [pattern(64, 1), pattern(64, 2)];
      user(0).erasePage(0);
      user(1).writePage(1, first);
      expect(user(1).writePage(1, second)).to.deep.equal(Ok());
      fake.settle();
      expect(client(1).calls.map(({ buffer }) => buffer === second)).to.deep.equal([true]);
      expect(fake.page(1)).to.deep.equal(second);
    });
  });

  describe('a refusal of the flash', () => {
    it('G14: is the refusal of the call when the flash was free, with its buffer', () => {
      const buffer = pattern(64);
      fake.refuse(0, ErrorCode.OFF);
      expect(user(0).writePage(0, buffer)).to.deep.equal(Err([ErrorCode.OFF, buffer]));
      expect(user(1).writePage(0, buffer)).to.deep.equal(Ok());
      fake.settle();
      expect(counts()).to.deep.equal([0, 1, 0]);
      expect(user(0).writePage(1, buffer)).to.deep.equal(Ok());
    });

    const requests: readonly [string, (buffer: Uint8Array) => unknown, object][] = [
      ['readPage', (buffer) => user(1).readPage(0, buffer), { name: 'readComplete' }],
      ['writePage', (buffer) => user(1).writePage(0, buffer), { name: 'writeComplete' }],
      ['readBytes', (buffer) => user(1).readBytes(0, buffer, 8), { name: 'bytesRead', length: 0 }],
      [
        'writeBytes',
        (buffer) => user(1).writeBytes(0, buffer, 8),
        { name: 'bytesWritten', length: 0 },
      ],
    ];
    for (const [name, request, called] of requests) {
      it(`of one that waited is told with its buffer, and the next is served: ${name}`, () => {
        const buffer = pattern(64);
        user(0).erasePage(0);
        request(buffer);
        user(2).erasePage(2);
        fake.refuse(0);
        fake.settle();
        expect(client(1).calls).to.deep.equal([{ ok: false, buffer, ...called }]);
        expect(client(1).calls[0]?.buffer).to.equal(buffer);
        expect(fake.calls).to.deep.equal(['erasePage 0', 'erasePage 2']);
        expect(counts()).to.deep.equal([1, 1, 1]);
      });
    }

    it('of an erasure that waited is told, and its user may call again from there', () => {
      user(0).erasePage(0);
      user(1).erasePage(1);
      user(2).erasePage(2);
      client(1).next = (): void => {
        expect(user(1).erasePage(3)).to.deep.equal(Ok());
      };
      fake.refuse(0);
      fake.settle();
      expect(fake.calls).to.deep.equal(['erasePage 0', 'erasePage 2', 'erasePage 3']);
      expect(client(1).calls.map(({ ok }) => ok)).to.deep.equal([false, true]);
    });

    for (const waited of [false, true]) {
      const when = waited ? 'of one that waited' : 'when the flash was free';

      it(`leaves upstream's stuck: no one is served again, ${when} (mux-stuck-on-refusal)`, () => {
        boot(['mux-stuck-on-refusal']);
        if (waited) user(0).erasePage(0);
        fake.refuse(0);
        expect(user(1).readPage(1, new Uint8Array(64))).to.deep.equal(Ok());
        user(2).erasePage(2);
        fake.settle();
        expect(counts()).to.deep.equal([waited ? 1 : 0, 0, 0]);
        expect(fake.calls).to.deep.equal(waited ? ['erasePage 0'] : []);
      });
    }
  });

  it('a failure of the flash is passed on to the one whose operation failed', () => {
    fake.fail(0);
    user(0).erasePage(0);
    user(1).erasePage(1);
    fake.settle();
    expect(client(0).calls).to.deep.equal([{ name: 'eraseComplete', ok: false }]);
    expect(client(1).calls).to.deep.equal([{ name: 'eraseComplete', ok: true }]);
  });

  describe('windows', () => {
    it('keep users apart: page 0 and address 0 are the first of each', () => {
      const [low, high] = [
        mux.createUser({ firstPage: 0, pages: 2 }),
        mux.createUser({ firstPage: 2, pages: 2 }),
      ];
      low.writePage(1, pattern(64, 1));
      fake.settle();
      high.writeBytes(64, pattern(4, 2), 4);
      fake.settle();
      high.erasePage(0);
      fake.settle();
      expect(fake.calls).to.deep.equal(['writePage 1', 'writeBytes 192', 'erasePage 2']);
      expect([low.pages, high.pages]).to.deep.equal([2, 2]);
    });

    it('are refused by the page and by the byte beyond them', () => {
      const low = mux.createUser({ firstPage: 0, pages: 2 });
      const buffer = new Uint8Array(64);
      expect(low.readPage(2, buffer)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
      expect(low.writeBytes(124, buffer, 8)).to.deep.equal(Err([ErrorCode.INVAL, buffer]));
    });

    it('that do not lie in the flash stop the board', () => {
      for (const [firstPage, pages] of [
        [0, 5],
        [-1, 2],
        [3, 2],
        [0, 0],
        [1, 0],
        [0.5, 1],
      ] as const) {
        expect(() => mux.createUser({ firstPage, pages }), `${firstPage}, ${pages}`).to.throw(
          KernelPanic,
        );
      }
    });
  });
});
