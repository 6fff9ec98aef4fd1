// SPDX-License-Identifier: Apache-2.0 OR MIT
/** Reports as text, CSV and JSON. NON-TOCK. */
import { expect } from 'chai';
import { deviation, holds } from '#lab/studies/framework/study';
import { formatValue, toCsv, toJson, toMarkdown, toText } from '#lab/studies/framework/text';
import { EXAMPLE } from './example.ts';

describe('text of a study', () => {
  it('groups thousands, keeps places, and shows what does not apply as a dash', () => {
    expect(formatValue(1234567.891, { digits: 1 })).to.equal('1,234,567.9');
    expect(formatValue(-1234, {})).to.equal('-1,234');
    expect(formatValue(-0.04, { digits: 1 })).to.equal('0.0');
    expect(formatValue(null, {})).to.equal('–');
    expect(formatValue(NaN, {})).to.equal('–');
  });

  it('writes CSV that says what was found, quoted where it must be (RFC 4180)', () => {
    expect(toCsv(EXAMPLE.report.table)).to.equal(
      'name,"time, ms"\r\n"a, ""b"" | <c>",1.25\r\nnothing,\r\n',
    );
  });

  it('names the figures that are too far off, and counts the others', () => {
    const text = toText(EXAMPLE);
    expect(text).to.include('2 figures of other sources and closed forms compared; 1 are too far');
    expect(text).to.include('far: 12 against 10 (a book), off by 20.0 %, allowed 10 %');
    expect(text).not.to.include('- near:');
  });

  it('keeps a bar in a cell of Markdown from ending the cell', () => {
    expect(toMarkdown(EXAMPLE)).to.include('| a, "b" \\| <c> | 1.3 |');
  });

  it('says in JSON of each figure whether it holds', () => {
    const { studies } = JSON.parse(toJson([EXAMPLE])) as {
      studies: { name: string; checks: { what: string; holds: boolean }[] }[];
    };
    expect(studies[0]?.checks.map((check) => check.holds)).to.deep.equal([true, false]);
  });

  it('takes a deviation as a share of what is expected', () => {
    expect(deviation({ expected: 10, measured: 12 })).to.be.closeTo(0.2, 1e-12);
    expect(deviation({ expected: 0, measured: 0 })).to.equal(0);
    const check = { what: '', source: '', expected: 10, measured: 11, tolerance: 0.1 };
    expect(holds(check)).to.equal(true);
    expect(holds({ ...check, measured: NaN })).to.equal(false);
  });
});
