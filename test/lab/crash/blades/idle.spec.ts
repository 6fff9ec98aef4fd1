// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Drivers at rest, compared without knowing any of them. NON-TOCK. */
import { expect } from 'chai';
import { idleDifferences, idleState } from '#lab/crash/blades/idle';

class Port {
  buffer: Uint8Array | undefined = new Uint8Array(8);
  sent = 0;
}

class Driver {
  busy = false;
  readonly self = this;
  readonly waiting: object[] = [];
  constructor(readonly port: Port) {}
}

/** A driver at rest after so much work, and what is different after something else happened to it. */
function differences(disturb: (driver: Driver) => void): string[] {
  const [calm, disturbed] = [new Driver(new Port()), new Driver(new Port())];
  disturb(disturbed);
  return idleDifferences(idleState([calm]), idleState([disturbed]));
}

describe('Drivers at rest', () => {
  it('are alike whatever they counted', () => {
    expect(differences((driver) => (driver.port.sent = 9))).to.deep.equal([]);
  });

  it('differ when a buffer is away, however deep it was', () => {
    expect(differences((driver) => (driver.port.buffer = undefined))).to.deep.equal([
      'Driver.port.buffer: nothing, not a buffer of 8 bytes',
    ]);
  });

  it('differ when a note stayed, or something in a queue', () => {
    const left = differences((driver) => {
      driver.busy = true;
      driver.waiting.push({});
    });
    expect(left).to.deep.equal([
      'Driver.busy: true, not false',
      'Driver.waiting.0: something, not nothing',
    ]);
  });
});
