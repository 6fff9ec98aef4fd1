// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ACL regions only tighten.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Acl, ACL_START, AclBlock } from '#chips/nrf52/registers/acl';

function protect(acl: Acl, region: number, address: number, size: number, blocked: number): void {
  const base = ACL_START + region * 16;
  acl.write(base, address);
  acl.write(base + 4, size);
  acl.write(base + 8, blocked);
}

describe('Acl', () => {
  it('blocks nothing after reset', () => {
    expect(new Acl().blocks(AclBlock.WRITE, 0, 0x10_0000)).to.equal(false);
  });

  it('blocks what its bit says, to the byte', () => {
    const acl = new Acl();
    protect(acl, 7, 0x1000, 0x1000, AclBlock.WRITE);
    expect(acl.blocks(AclBlock.WRITE, 0x0ffc, 4)).to.equal(false);
    expect(acl.blocks(AclBlock.WRITE, 0x1000, 4)).to.equal(true);
    expect(acl.blocks(AclBlock.WRITE, 0x1ffc, 4)).to.equal(true);
    expect(acl.blocks(AclBlock.WRITE, 0x2000, 4)).to.equal(false);
    expect(acl.blocks(AclBlock.READ, 0x1000, 4)).to.equal(false);
  });

  it('takes no permission back: a zero has no effect', () => {
    const acl = new Acl();
    protect(acl, 0, 0x1000, 0x1000, AclBlock.WRITE);
    protect(acl, 0, 0x8000, 0, 0);
    protect(acl, 0, 0, 0, AclBlock.READ);
    expect([0, 4, 8].map((offset) => acl.read(ACL_START + offset))).to.deep.equal([
      0x1000, 0x1000, 0b110,
    ]);
  });

  it('has eight regions of three registers', () => {
    const acl = new Acl();
    expect(acl.write(ACL_START + 7 * 16 + 8, 2)).to.equal(true);
    expect(acl.write(ACL_START + 8 * 16, 2)).to.equal(false);
    expect(acl.write(ACL_START + 12, 2)).to.equal(false);
    expect(acl.read(ACL_START + 12)).to.equal(undefined);
    expect(acl.read(ACL_START - 16)).to.equal(undefined);
  });
});
