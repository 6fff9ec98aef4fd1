// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What looking after its loans costs userspace: each figure counted by hand.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { STRATEGIES, userspaceCosts, userspaceCostsMarkdown } from '#lab/swap/userspace-costs';

const SYSCALL_MICROSECONDS = 85;

/**
 * System calls of an operation. An alarm's two more ask the time and give the command; Yield makes the last.
 * Lending once a number and taking back is two; with Yield-WaitFor (2.2) no callback is lent.
 */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  'console print, 16 bytes': { '2.0': [2 + 2 * 2, 2], '2.2': [2 + 2, 2] },
  'alarm sleep, 10 ms': { '2.0': [3 + 2, 3], '2.2': [3, 3] },
  'key-value set, 16 bytes': { '2.0': [2 + 3 * 2, 2], '2.2': [2 + 2 * 2, 2] },
  'key-value get, 16 bytes': { '2.0': [2 + 3 * 2, 2], '2.2': [2 + 2 * 2, 2] },
};

describe('Costs of looking after loans in userspace', () => {
  const rows = userspaceCosts();
  const row = (operation: string, profile: string, strategy: string): (typeof rows)[number] => {
    const found = rows.find(
      (each) =>
        each.operation === operation && each.profile === profile && each.strategy === strategy,
    );
    if (found === undefined) throw new Error(`no row ${operation}, ${profile}, ${strategy}`);
    return found;
  };

  for (const [operation, profiles] of Object.entries(EXPECTED)) {
    for (const [profile, [scoped, forGood]] of Object.entries(profiles)) {
      it(`${operation} on ${profile}: ${scoped} system calls in scopes, ${forGood} with static loans`, () => {
        expect(row(operation, profile, 'share scopes').syscalls).to.equal(scoped);
        expect(row(operation, profile, 'static').syscalls).to.equal(forGood);
      });

      it(`${operation} on ${profile}: comparing costs neither calls nor time`, () => {
        for (const name of ['share scopes', 'static']) {
          const plain = row(operation, profile, name);
          const compared = row(operation, profile, `${name}, compared`);
          expect([compared.syscalls, compared.microseconds]).to.deep.equal([
            plain.syscalls,
            plain.microseconds,
          ]);
        }
      });
    }
  }

  it('time differs by the calls that are saved, where nothing else is waited for', () => {
    for (const [operation, profiles] of Object.entries(EXPECTED)) {
      if (operation.startsWith('alarm')) continue;
      for (const [profile, [scoped, forGood]] of Object.entries(profiles)) {
        const saved =
          row(operation, profile, 'share scopes').microseconds -
          row(operation, profile, 'static').microseconds;
        expect(saved).to.be.closeTo((scoped - forGood) * SYSCALL_MICROSECONDS, 0.01);
      }
    }
  });

  it('the comparison needs a pair of words for each number that is lent under', () => {
    // Key, value or output, and the callback where there is one.
    expect(row('key-value set, 16 bytes', '2.0', 'share scopes, compared').memoryWords).to.equal(6);
    expect(row('console print, 16 bytes', '2.0', 'static, compared').memoryWords).to.equal(4);
    expect(row('alarm sleep, 10 ms', '2.2', 'static, compared').memoryWords).to.equal(0);
    expect(row('alarm sleep, 10 ms', '2.2', 'static').memoryWords).to.equal(0);
  });

  it('the table has a line for each operation and profile', () => {
    const lines = userspaceCostsMarkdown(rows).trimEnd().split('\n');
    expect(lines).to.have.lengthOf(2 + rows.length / STRATEGIES.length);
    expect(lines[2]).to.match(
      /^\| console print, 16 bytes \| 2\.0 \| 6 \| 1814 \| 2 \| 1474 \| 4 \|$/,
    );
  });
});
