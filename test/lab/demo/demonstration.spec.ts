// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The main job, whole: what `npm start` prints.
 *
 * NON-TOCK: tests.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { demonstrate } from '#lab/demo/demonstration';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';

function workload(name: string): readonly CheckedLine[] {
  const path = join(import.meta.dirname, '../../../../data/workloads', name);
  const parsed = parseWorkload(readFileSync(path, 'utf8'));
  if (!parsed.ok) expect.fail(parsed.error);
  return parsed.value;
}

function run(sha256 = hash): { good: boolean; text: string; shares: Map<string, number> } {
  let text = '';
  const shares = new Map<string, number>();
  const good = demonstrate({
    firstDay: workload('fido-first-day.jsonl'),
    year: workload('fido-year.jsonl'),
    sha256,
    print: (part) => {
      text += `${part}\n`;
    },
    progress: (act, share) => shares.set(act, share),
  });
  return { good, text, shares };
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('The demonstration', () => {
  const { good, text, shares } = run();

  it("ends the first day with the reference's image, 2,581 words and no erasure", () => {
    expect(good).to.equal(true);
    expect(text).to.contain('words written 2,581 (reference 2,581), pages erased 0 (0)');
    expect(
      text.match(/ca1d81dce5e29b85a8569cbe874ec1f1549f2ddedca017dd7c64d6c2e2362d41/g),
    ).to.have.lengthOf(2);
  });

  it('lives the year on 4 pages with 52 erasures, at most 13 of a page', () => {
    expect(text).to.contain('pages erased 52 (reference 52)');
    expect(text).to.contain('most on one page 13 of 10,000');
  });

  it('fits 80 columns', () => {
    const wide = text.split('\n').filter((line) => line.length > 80);
    expect(wide).to.deep.equal([]);
  });

  it('shows that a page erasure delays a 1 ms timer by at least the 85 ms of the erasure', () => {
    const latest = /^latest\s+([\d.]+) ms\s+([\d.]+) ms\s+([\d.]+) ms\s+([\d.]+) ms$/m.exec(text);
    expect(Number(latest?.[1])).to.be.lessThan(20);
    expect(Number(latest?.[2])).to.be.greaterThan(85);
    expect(Number(latest?.[3])).to.be.lessThan(20);
    expect(Number(latest?.[4]), 'on Earl Grey others go on').to.be.lessThan(20);
  });

  it('lives the day on both boards: byte and blocking leave the same bits, page-level costs erasures', () => {
    const rows = [
      ...text.matchAll(
        /^(.+), (byte|blocking|page) +(\S+ \S+) +([\d,]+) +(\d+) +(\d+) +(\w{8})$/gm,
      ),
    ];
    expect(rows.map(([, board, hil]) => `${board} ${hil}`)).to.deep.equal([
      'nRF52840 byte',
      'nRF52840 blocking',
      'nRF52840 page',
      'Earl Grey byte',
      'Earl Grey blocking',
      'Earl Grey page',
    ]);
    expect(rows.map((row) => Number(row[5]) > 0)).to.deep.equal([
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(rows[0]?.[7]).to.equal('ca1d81dc').and.to.equal(rows[1]?.[7]);
    expect(rows[3]?.[7]).to.equal(rows[4]?.[7]);
    expect(text).to.contain('The same values in every store');
  });

  it('shows every answer of the key-value driver, NOMEM for a second request where it can be seen', () => {
    const answers = text.slice(text.indexOf('Act 5'));
    expect(answers).to.match(/^get, missing key +NOSUPPORT .* NOSUPPORT /m);
    expect(answers).to.match(/^set, key of 65 bytes +SIZE .* SIZE /m);
    expect(answers).to.match(/^set, value of 504 bytes +SIZE .* SIZE /m);
    expect(answers).to.match(/^set while a set runs +Success .* NOMEM /m);
    expect(answers).to.match(/^set until it is full +NOMEM .* NOMEM /m);
    expect(answers).to.contain('Every answer as the driver promises.');
  });

  it('shows an insert from the allow to the un-allow, with both words of flash between', () => {
    const from = text.indexOf('allow-read-only(persistent-store, 0, 0x20008');
    const excerpt = text.slice(from, text.indexOf('Act 2'));
    expect(excerpt.match(/flash program 0xc0[0-9a-f]+ \+4/g)).to.have.lengthOf(2);
    expect(excerpt).to.contain('store insert = SUCCESS');
    expect(excerpt).to.contain('allow-read-only(persistent-store, 0, 0x0, 0)');
  });

  it('reports progress to the end of each act', () => {
    expect([...shares.keys()]).to.deep.equal(['first day', 'year', 'boards']);
    for (const share of shares.values()) expect(share).to.be.greaterThan(0.95);
  });

  it('prints the same text again, to the letter', () => {
    expect(run().text).to.equal(text);
  });

  it('says so when the image is not the reference', () => {
    const other = run(() => 'something else');
    expect(other.good).to.equal(false);
    expect(other.text).to.contain('DIFFER');
  });
});
