// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The chip services its interrupts in one order, and its figures have their marks.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { withBlockRule } from '#chips/nrf52/chip';
import {
  NRF52840_FLASH,
  NVMC_LIMITS,
  NVMC_TIMING,
  RNG_TIMING,
  SLOW_OSCILLATOR,
} from '#chips/nrf52/timing';
import { ms, us } from '#kernel/time';
import { read } from '../../tidy/tree.ts';
import { driver, power } from './support.ts';

describe('Nrf52840', () => {
  it('services UARTE0, GPIOTE, RTC1 in the order of their numbers, whatever came first', () => {
    const { chip, clock } = power();
    const order: string[] = [];
    chip.rtc.setAlarmClient({ alarm: () => order.push('rtc') });
    chip.uart.setTransmitClient({ transmittedBuffer: () => order.push('uart') });
    const pin = chip.gpio.pin(0);
    pin.setClient({ fired: () => order.push('gpio') });
    pin.enableInterrupts('either');
    chip.rtc.setAlarm(0, 10);
    chip.uart.transmitBuffer(new Uint8Array(50), 50);
    clock.advance(ms(10));
    pin.drive(true);
    expect(chip.hasPendingInterrupts()).to.equal(true);
    chip.servicePendingInterrupts();
    expect(order).to.deep.equal(['uart', 'gpio', 'rtc']);
    expect(chip.hasPendingInterrupts()).to.equal(false);
  });

  it('has nothing pending at power-on', () => {
    expect(power().chip.hasPendingInterrupts()).to.equal(false);
  });

  it('has 256 pages of 4096 bytes, 2 programs a word, 10,000 cycles', () => {
    const { pageSize, pages, programsPerWord, erasesPerPage } = NRF52840_FLASH;
    expect([pageSize, pages, programsPerWord, erasesPerPage]).to.deep.equal([4096, 256, 2, 10_000]);
  });

  it('marks each figure, and says "unverified" where it is from memory', () => {
    for (const figure of Object.values({
      ...NVMC_TIMING,
      ...RNG_TIMING,
      ...NVMC_LIMITS,
      SLOW_OSCILLATOR,
    })) {
      const { mark, source } = figure as { mark: string; source: string };
      expect(source).to.not.equal('');
      expect(source.includes('unverified')).to.equal(mark === 'M');
    }
    expect(NVMC_TIMING.writeWord.value).to.equal(us(41));
    expect(NVMC_TIMING.erasePage.value).to.equal(ms(85));
  });

  it('has the figures that chips/README.md prints', () => {
    const times = Object.entries({ ...NVMC_TIMING, ...RNG_TIMING }).map(
      ([name, { value, mark }]) => {
        return `| \`${name}\` | ${value / us(1)} us | ${mark} |`;
      },
    );
    const limits = Object.entries(NVMC_LIMITS).map(([name, { value, mark }]) => {
      return `| \`${name}\` | ${value} | ${mark} |`;
    });
    const [, section = ''] = read('chips/README.md').split('## Figures of the nRF52840');
    const printed = (section.split('\n## ')[0] ?? '')
      .split('\n')
      .filter((line) => /^\| `\w+` \| +\d/.test(line));
    expect(printed).to.deep.equal([...times, ...limits]);
  });

  it('can have the older rule on blocks: the 404th word write to 512 bytes is too much', () => {
    const cells = withBlockRule({ countPrograms: 'each', onViolation: 'count' });
    const flash = driver(power({ cells }));
    const words = new Uint8Array(512).fill(0xff);
    for (let pass = 0; pass < 3; pass++) {
      for (let word = 0; word < 128; word++) cells.flash.program(192 * 1024 + word, 0xffff_ffff);
    }
    expect(cells.flash.lastViolation?.kind).to.equal('programs');
    flash.writeBytes(0, words, 4 * 20);
    expect(cells.flash.lastViolation?.sentence).to.contain('took 404 word programs');
  });
});
