// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What was found in a dump, drawn: against the golden vectors' facts, and within 80 columns whatever was found.
 *
 * NON-TOCK.
 */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectionJson, renderInspection, strangerPhrase } from '#lab/report/store-inspection';
import { inspect, type Inspection } from '#libraries/persistent-store/inspect';
import type { Geometry } from '#libraries/store/storage';
import { fromHex } from '#libraries/persistent-store/vector-reader';
import { ROOT } from '#tools/sources';

interface VectorFile {
  options: Geometry;
  finalImageHex: string;
  finalEntries: [number, string][];
  ops: { capacity?: { used: number; total: number }; lifetime?: { used: number; total: number } }[];
  cases?: { interruptedImageHex?: string; imageHex?: string }[];
}

const FOLDER = join(ROOT, 'test/vectors/opensk');
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

function vector(prefix: string): VectorFile {
  const name = NAMES.find((each) => each.startsWith(prefix)) ?? expect.fail(prefix);
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as VectorFile;
}

function look(hex: string, options: Geometry): Inspection {
  const seen = inspect(fromHex(hex) ?? expect.fail(), options);
  return seen.ok ? seen.value : expect.fail(seen.error);
}

const STYLE = { offset: 0xc0000, values: true };

describe('renderInspection', () => {
  const { options, finalImageHex, finalEntries, ops } = vector('p01');
  const text = renderInspection(look(finalImageHex, options), STYLE);
  const lines = text.split('\n');

  it('says what is used and what is left, as the vector does', () => {
    const { capacity, lifetime } = ops.findLast((each) => each.lifetime !== undefined) ?? {};
    const { used = NaN, total = NaN } = lifetime ?? {};
    expect(text).to.contain(
      `${finalEntries.length} entries, ${capacity?.used ?? NaN} of ${capacity?.total ?? NaN} words`,
    );
    expect(text).to.contain(`${used} of ${total} words used, ${total - used} left`);
    expect(text).to.contain('yes, a boot changes nothing');
    expect(lines[0]).to.equal('store     persistent, 5 pages of 64 bytes at 0xc0000');
  });

  it('has each key with its value, whole over its lines', () => {
    for (const [key, value] of finalEntries) {
      const row = lines.findIndex((line) =>
        new RegExp(`^live .* ${key} +${value.length / 2}$`).test(line),
      );
      expect(row, `key ${key}`).to.be.greaterThan(0);
      const rest = lines.slice(row + 1);
      const end = rest.findIndex((line) => !line.startsWith('    '));
      expect(rest.slice(0, end).join('').replaceAll(' ', '')).to.equal(value);
    }
  });

  it('leaves values out when they are not asked for, in text and JSON', () => {
    const [key, value] = finalEntries.find(([, each]) => each.length > 2) ?? expect.fail();
    const seen = look(finalImageHex, options);
    const plain = { ...STYLE, values: false };
    expect(renderInspection(seen, plain)).not.to.contain(value);
    expect(JSON.stringify(inspectionJson(seen, plain))).not.to.contain(value);
    const { entries } = JSON.parse(JSON.stringify(inspectionJson(seen, STYLE))) as {
      entries: { state: string; key: number; value: string }[];
    };
    expect(entries.find((each) => each.state === 'live' && each.key === key)?.value).to.equal(
      value,
    );
  });

  it('fits 80 columns, whatever was found', () => {
    for (const name of NAMES) {
      const { options: shape, finalImageHex: final, cases } = vector(name);
      const images = (cases ?? []).map((each) => each.interruptedImageHex ?? each.imageHex);
      for (const hex of [final, ...images]) {
        if (hex === undefined) continue;
        const drawn = renderInspection(look(hex, shape), STYLE);
        for (const line of drawn.split('\n')) expect(line.length, line).to.be.at.most(80);
        expect(drawn).not.to.match(/ \n|undefined|NaN/);
      }
    }
  }).timeout(20_000);

  it('fits 80 columns at the largest positions', () => {
    const shape = { ...options, pageSize: 4096, numPages: 64, maxPageErases: 65535 };
    const image = new Uint8Array(4096 * 64).fill(0xff);
    const view = new DataView(image.buffer);
    // Cycle 65535, prefix 0, on the last page but one: 27 less (16 + 2) ones, by hand 9.
    view.setUint32(62 * 4096, 0x4e00_ffff, true);
    // A removal of key 4095 that became padding: its 27 low bits were all ones but bit 2; the checksum is 1.
    view.setUint32(62 * 4096 + 8, 0x0fff_fffa, true);
    const seen = look(Buffer.from(image).toString('hex'), shape);
    const drawn = renderInspection(seen, { offset: 0x1fff_0000, values: true });
    expect(drawn).to.contain('padding, was: remove key 4095');
    expect(drawn).to.contain(String((65535 * 64 + 62) * 1022));
    for (const line of drawn.split('\n')) expect(line.length, line).to.be.at.most(80);
  });
});

describe('strangerPhrase', () => {
  const page = (fill: number, begin: readonly number[] = []): Uint8Array => {
    const bytes = new Uint8Array(128).fill(fill);
    bytes.set(begin);
    return bytes;
  };
  it('says what stands there instead of a store', () => {
    expect(strangerPhrase(page(0), 64)).to.equal('the first page is all zeros');
    const text = [...new TextEncoder().encode('#!/bin/sh')];
    expect(strangerPhrase(page(0, text), 64)).to.equal(
      'the first page begins with the text "#!/bin/s"',
    );
    const bytes = [0x7f, 0x45, 0x4c, 0x46];
    expect(strangerPhrase(page(1, bytes), 64)).to.equal(
      'the first page begins with 7f 45 4c 46 01 01 01 01',
    );
  });
  it('passes blank pages over', () => {
    const bytes = page(0xff);
    bytes.fill(0, 64);
    expect(strangerPhrase(bytes, 64)).to.equal('pages before 1 are blank, and page 1 is all zeros');
  });
});
