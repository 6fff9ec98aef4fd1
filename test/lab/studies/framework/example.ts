// SPDX-License-Identifier: Apache-2.0 OR MIT
/** A report with every kind of exhibit, and with hostile names. NON-TOCK. */
import { study } from '#lab/studies/framework/study';
import type { Finished } from '#lab/studies/framework/workers';

const HOSTILE = 'a, "b" | <c>';

/** One check holds, and one does not. */
export const EXAMPLE: Finished = {
  study: study<number, number>({
    name: 'example',
    question: 'Is <script>alert(1)</script> shown?',
    parts: () => [1],
    run: (part) => part,
    report: () => EXAMPLE.report,
  }),
  report: {
    answer: 'Yes & no.',
    table: {
      kind: 'table',
      title: 'A table',
      columns: [{ title: 'name' }, { title: 'time', unit: 'ms', digits: 1 }],
      rows: [
        [HOSTILE, 1.25],
        ['nothing', null],
      ],
    },
    picture: {
      kind: 'lines',
      title: 'Lines',
      x: { title: 'x', scale: 'log' },
      y: { title: 'y' },
      series: [
        {
          name: HOSTILE,
          points: [
            [1, 1],
            [10, 2],
            [100, 0],
          ],
        },
        { name: 'marks', points: [[5, 1]], marks: true },
      ],
    },
    more: [
      {
        kind: 'bars',
        title: 'Bars',
        y: { title: 'ms', scale: 'log' },
        stacked: false,
        groups: ['g', 'h'],
        series: [
          { name: 'one', values: [1, 1000] },
          { name: 'two', values: [2, 20] },
        ],
      },
      {
        kind: 'bars',
        title: 'Stacked',
        y: { title: '%' },
        stacked: true,
        groups: ['g'],
        series: [
          { name: 'one', values: [40] },
          { name: 'two', values: [60] },
        ],
      },
      {
        kind: 'heat',
        title: 'Heat',
        unit: 'erasures',
        columns: ['0', '1'],
        rows: [{ name: 'row', values: [0, 3] }],
      },
      {
        kind: 'timeline',
        title: 'Time',
        lanes: [{ name: 'lane', spans: [{ from: 0, to: 41, label: 'program' }] }],
      },
    ],
    notes: ['A note.'],
    checks: [
      { what: 'near', expected: 10, measured: 10.5, tolerance: 0.1, source: 'a book' },
      { what: 'far', expected: 10, measured: 12, tolerance: 0.1, source: 'a book' },
    ],
  },
};
