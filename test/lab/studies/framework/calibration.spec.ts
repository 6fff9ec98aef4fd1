// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Reading a user's measurements, and fitting to them. NON-TOCK. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { calibrate, parseCalibration } from '#lab/studies/framework/calibration';
import { ROOT } from '#tools/sources';

const TEXT = readFileSync(join(ROOT, 'data/measurements/opensk-dk-2022.json'), 'utf8');

const FIXED = { deadEntries: 0, wordsWritten: 41, writeCalls: 0 };

/** The bundled file with one thing changed. */
function changed(change: (file: Record<string, unknown>) => void): string {
  const file = JSON.parse(TEXT) as Record<string, unknown>;
  change(file);
  const parsed = parseCalibration(JSON.stringify(file));
  return parsed.ok ? 'no error' : parsed.error;
}

describe('calibration', () => {
  it('explains the published table of the DK with two costs of software, within 10 %', () => {
    const parsed = parseCalibration(TEXT);
    if (!parsed.ok) expect.fail(parsed.error);
    const found = calibrate(parsed.value);
    if (!found.ok) expect.fail(found.error);
    expect(found.value.residuals).to.have.length(8);
    expect(found.value.worst).to.be.lessThan(0.1);
    expect(found.value.model).to.include({ wordsWritten: 41, erases: 85_085 });
  });

  const first = { operation: 'boot', words: 50, keys: 'distinct', milliseconds: 1 };
  for (const [what, change, sentence] of [
    [
      'a negative time',
      { ...first, milliseconds: -1 },
      /line 1: "measurements.0.milliseconds" must be a number of milliseconds from .*, not -1/,
    ],
    [
      'a time that is text',
      { ...first, milliseconds: '18' },
      /"measurements.0.milliseconds" must be a number.*not "18"/,
    ],
    [
      'an unknown operation',
      { ...first, operation: 'format' },
      /"measurements.0.operation" must be one of boot, .*, not "format"/,
    ],
    ['an unknown field', { ...first, year: 1 }, /unknown field "measurements.0.year"/],
    ['half a word', { ...first, words: 1.5 }, /"measurements.0.words" must be a whole number/],
    [
      'no operation',
      { words: 50, keys: 'distinct', milliseconds: 1 },
      /"measurements.0.operation" is missing/,
    ],
    ['more keys than there are', { ...first, words: 1 }, /the store has 4096 keys/],
  ] as const) {
    it(`refuses ${what} with the place`, () => {
      const error = changed((file) => {
        file['measurements'] = [change];
      });
      expect(error).to.match(sentence);
    });
  }

  it('refuses a cost that is fixed and free, and one that is neither', () => {
    expect(changed((file) => (file['free'] = ['erases']))).to.equal(
      'line 1: "erases" is both fixed and free',
    );
    expect(changed((file) => (file['free'] = ['readCalls']))).to.equal(
      'line 1: "deadEntries" is neither fixed nor free',
    );
    expect(changed((file) => (file['free'] = []))).to.match(/"free" must name one cost or more/);
  });

  for (const [pages, pageSize, most] of [
    [3, 512, 121],
    [4, 512, 125],
    [3, 1024, 249],
    [64, 1024, 253],
    [3, 2048, 255],
  ] as const) {
    it(`takes values of ${most} words in ${pages} pages of ${pageSize} B, and none that are longer`, () => {
      const file = (words: number): string =>
        JSON.stringify({
          store: { pages, pageSize },
          fixed: { ...FIXED, erases: 85_000 },
          free: ['readCalls'],
          measurements: [{ operation: 'boot', words, keys: 'same', milliseconds: 2 }],
        });
      const longest = parseCalibration(file(most));
      if (!longest.ok) expect.fail(longest.error);
      expect(calibrate(longest.value).ok).to.equal(true);
      const longer = parseCalibration(file(most + 1));
      expect(longer.ok ? '' : longer.error).to.match(
        /^line 1: "measurements\.0\.words" must be .*\d+.*, not \d+$/,
      );
    });
  }

  it('counts every store that it takes', () => {
    const store = fc.record({
      pages: fc.integer({ min: 3, max: 6 }),
      pageSize: fc.constantFrom(512, 1024),
    });
    const measurement = fc.record({
      operation: fc.constantFrom('boot', 'compaction', 'insert', 'remove'),
      words: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 118, max: 130 })),
      keys: fc.constantFrom('same', 'distinct'),
      milliseconds: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(store, fc.array(measurement, { maxLength: 4 }), (shape, measurements) => {
        const file = { store: shape, fixed: FIXED, free: ['readCalls', 'erases'], measurements };
        const parsed = parseCalibration(JSON.stringify(file));
        if (parsed.ok) calibrate(parsed.value);
        else expect(parsed.error).to.match(/^line 1: "measurements/);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('refuses what is no such file at all', () => {
    for (const text of ['', '[]', 'null', '{"store":{"pages":-2}}', '3']) {
      expect(parseCalibration(text).ok).to.equal(false);
    }
  });
});
