// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The bundled apps do what their heads say.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main as alarms } from '#apps/alarms';
import { main as hello } from '#apps/hello';
import { main as kv } from '#apps/kv';
import { main as ticker } from '#apps/ticker';
import { ms } from '#kernel/time';
import { runApp } from '../support/run-app.ts';

describe('Bundled apps', () => {
  it('hello prints one line', () => {
    const { text, process } = runApp(hello);
    expect([text, process.completionCode]).to.deep.equal(['Hello World!\r\n', 0]);
  });

  it('alarms ticks four times, sleeps, and stops an alarm in time', () => {
    const { text, process, board } = runApp(alarms);
    expect(process.completionCode).to.equal(0);
    expect(text.split('\n')).to.have.lengthOf(7);
    expect(board.clock.now).to.be.within(ms(1500), ms(1540));
  });

  it('ticker runs each period, none of which is late by a whole one on an idle board', () => {
    const lateness: number[] = [];
    const { process } = runApp(ticker, {}, { args: { periods: 200, lateness } });
    expect(process.completionCode).to.equal(0);
    expect(lateness).to.have.lengthOf(200);
    expect(Math.max(...lateness)).to.be.below(1);
    expect(Math.min(...lateness)).to.be.at.least(0);
  });

  it('ticker prints a summary when nobody asks for the figures', () => {
    expect(runApp(ticker).text).to.match(/^1000 periods of 1 ms, late by: .*\n$/);
  });

  it('kv counts its starts over power cycles, and finds every answer as promised', () => {
    const first = runApp(kv);
    const second = runApp(kv, { flash: first.board.flash });
    expect([first, second].map(({ process }) => process.completionCode)).to.deep.equal([0, 0]);
    expect(first.text).to.contain('start 1 of this flash').and.contain('add again: NOSUPPORT');
    expect(second.text).to.contain('start 2 of this flash');
  });

  it('kv ends with 1 when it may not write', () => {
    const { text, process } = runApp(kv, {}, { storage: { readIds: [1] } });
    expect([text, process.completionCode]).to.deep.equal(['set: INVAL\n', 1]);
  });
});
