// SPDX-License-Identifier: Apache-2.0 OR MIT
/** doc/crash.md says what the laboratory is: its verdicts, stores and options. NON-TOCK. */
import { ALL_VERDICTS, VERDICTS } from '#lab/crash/verdict';
import { STORES } from '#libraries/stores';
import { tocksim } from '../../cli/support.ts';
import { expectNone, expectSection, read } from '../../tidy/tree.ts';

const PAGE = 'doc/crash.md';

describe('doc/crash.md', () => {
  it('lists the verdicts', () => {
    const rows = ALL_VERDICTS.map((verdict) => `| \`${verdict}\` | ${VERDICTS[verdict]} |`);
    const head = ['| verdict | after recovery the store shows |', '| --- | --- |'];
    expectSection(PAGE, 'verdicts', [...head, ...rows]);
  });

  it('lists the stores with what they claim', () => {
    const rows = STORES.map(({ name, kind, claim }) => {
      const survives = claim.survives.length === 0 ? '—' : claim.survives.join(', ');
      return `| \`${name}\` | ${kind} | ${claim.cutModel} | ${claim.programsPerWord} | ${survives} | ${claim.wipes.replaceAll('-', ' ')} |`;
    });
    const head = [
      '| store | kind | cuts | programs of a word | survives besides | wipes |',
      '| --- | --- | --- | ---: | --- | --- |',
    ];
    expectSection(PAGE, 'stores', [...head, ...rows]);
  });

  it('has every option of the command, and none that is gone', async () => {
    const { out } = await tocksim('crash', '--help');
    const flags = (text: string): Set<string> => new Set(text.match(/--[a-z][a-z-]*/g) ?? []);
    const [known, told] = [flags(out), flags(read(PAGE))];
    known.delete('--help');
    const replay = (await tocksim('crash', 'replay', '--help')).out;
    const all = new Set([...known, ...flags(replay), '--list']);
    expectNone(
      [...known].filter((flag) => !told.has(flag)),
      `options that ${PAGE} does not tell of`,
    );
    expectNone(
      [...told].filter((flag) => !all.has(flag)),
      `options in ${PAGE} that there are not`,
    );
  });
});
