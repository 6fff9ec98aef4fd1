// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Which name was meant. NON-TOCK. */
import { expect } from 'chai';
import { oneOf, suggestion, wholeNumber } from '#cli/suggest';

const APPS = ['alarms', 'authenticator', 'hello', 'ticker'];

describe('suggestion', () => {
  for (const [word, meant] of [
    ['helo', 'hello'],
    ['HELLO', 'hello'],
    ['autenticatr', 'authenticator'],
    ['tick', 'ticker'],
    ['blink', undefined],
    ['', undefined],
  ] as const) {
    it(`'${word}' means ${meant ?? 'none of them'}`, () => {
      expect(suggestion(word, APPS)).to.equal(meant);
    });
  }

  it('is part of the refusal, or else all names are', () => {
    expect(() => oneOf('app', APPS)('helo')).to.throw("unknown app 'helo' (did you mean hello?)");
    expect(() => oneOf('app', APPS)('x')).to.throw(
      "unknown app 'x' (there are: alarms, authenticator, hello, ticker)",
    );
    expect(oneOf('app', APPS)('hello')).to.equal('hello');
  });
});

describe('wholeNumber', () => {
  it('takes digits within the range, and nothing else', () => {
    const parse = wholeNumber(3, 20);
    expect([parse('3'), parse('20')]).to.deep.equal([3, 20]);
    for (const word of ['2', '21', '', '3.5', '0x10', '1e1', ' 4', '٣', '99999999999999999999']) {
      expect(() => parse(word), word).to.throw('a whole number from 3 to 20');
    }
  });
});
