// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The trace as JSON lines, and the page that fixes their names. NON-TOCK. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRACE_EVENTS } from '#kernel/trace';
import { formatAll } from '#lab/trace/formatter';
import { JsonLines } from '#lab/trace/json-lines';
import { ROOT } from '#tools/sources';
import { oneOfEach, scenario } from './records.ts';

describe('JSON lines', () => {
  it('write t, process and event first, then the fields', () => {
    const { at, onBoard, records } = scenario();
    at(1.5, 'upcallDropped', 1, 2);
    onBoard(2, 'flashDone');
    expect(formatAll(new JsonLines(), records())).to.equal(
      [
        '{"t":0,"event":"powerOn","epochMilliseconds":5000}',
        '{"t":1500,"process":0,"event":"upcallDropped","driver":1,"subscribe":2}',
        '{"t":2000,"event":"flashDone"}',
        '',
      ].join('\n'),
    );
  });

  it('no field hides t, process or event, and each line is one object', () => {
    const text = formatAll(new JsonLines(), oneOfEach());
    const parsed = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed.map(({ event }) => event)).to.deep.equal(TRACE_EVENTS.map(({ name }) => name));
    for (const { t } of parsed) expect(t).to.be.a('number');
  });
});

describe('doc/TRACE.md', () => {
  it('lists each event with its fields, in order', () => {
    const page = readFileSync(join(ROOT, 'doc/TRACE.md'), 'utf8');
    const section = page.split('\n## Events\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \|([^|]*)\|[^|]*\|$/gm)];
    const listed = rows.map(([, name = '', fields = '']) => [
      name,
      ...[...fields.replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map((match) => match[1]),
    ]);
    expect(listed).to.deep.equal(
      TRACE_EVENTS.map(({ name, fields }) => [name, ...Object.keys(fields)]),
    );
  });
});
