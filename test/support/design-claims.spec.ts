// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The claims of two design documents, each with what shows our verdict: the pages of them are made here, and checked.
 *
 * NON-TOCK: tests of the tests.
 */
import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STUDIES } from '#lab/studies/index';
import { ROOT, sources } from '#tools/sources';
import { CFSTORE_FEATURES } from './design-claims/cfstore-features.ts';
import { CFSTORE_FORMAT } from './design-claims/cfstore-format.ts';
import { CFSTORE_JOURNAL } from './design-claims/cfstore-journal.ts';
import { CFSTORE_OPERATIONS } from './design-claims/cfstore-operations.ts';
import {
  VERDICTS,
  numberOf,
  type Claim,
  type Claimed,
  type Verdict,
} from './design-claims/claim.ts';
import { TINYOS_BLOCK } from './design-claims/tinyos-block.ts';
import { TINYOS_CONFIG } from './design-claims/tinyos-config.ts';
import { TINYOS_LOG_BOOT } from './design-claims/tinyos-log-boot.ts';
import { TINYOS_LOG } from './design-claims/tinyos-log.ts';
import { expectGolden } from './golden.ts';
import { STORE_CASES } from './store-cases.ts';

const CFSTORE: Claimed = {
  title: 'What the design of CFSTORE claims',
  about: [
    "In 2016 ARM wanted mbed's configuration store, CFSTORE, to get by with a few kilobytes of RAM. *Configuration Store High " +
      'Level Design: Design For Removing SRAM Limitation*, version 0.01 of 2016-11-10, says how. It was never finished: ' +
      'sections are missing, sentences break off, and no implementation is known. Here it is built twice: `cfstore` with ' +
      'what it takes to survive a loss of power, `cfstore-literal` as the document has it. `cfstore-heap` is what it was to ' +
      'replace.',
    'In short, the design reaches three of its four goals: RAM is small, it is bounded, and flash is not limited by it. The ' +
      'fourth, to survive a loss of power anywhere, takes repairs that the document does not have: a check of each ' +
      'header, older versions that are deleted again at a boot, one reservation for all writers of a key, and patches that ' +
      'count behind their own reservation only. It is paid for with wear, with searches that walk flash, and with a flush ' +
      'that somebody waits for.',
  ],
  prefix: 'CC',
  claims: [...CFSTORE_JOURNAL, ...CFSTORE_FORMAT, ...CFSTORE_OPERATIONS, ...CFSTORE_FEATURES],
};

const TINYOS: Claimed = {
  title: 'What TEP 129 claims',
  about: [
    'TinyOS had three storages, for blocks, logs and configuration (TEP 103), written anew for each flash chip. TEP 129, ' +
      '*Basic Platform Independent Non-Volatile Storage Layers*, proposes one of each on top of DirectStorage, DirectModify ' +
      'and VolumeSettings (TEP 128). It remained a draft, and no code of it is in the tree of TinyOS. Its sections jump from 3.3 to 3.5, and it ' +
      'cites TEP 128 by the number of TEP 103 once. Here the storages are built twice: with what it takes to survive a loss of power, and, as `-literal`, as ' +
      'the document has them.',
    'In short, what the document says of whole flash is true, and what it says of a reboot is not: headers are believed as they ' +
      'stand, torn ones included. Of its constants one cannot be programmed over the other, and half of the volume is what ' +
      'two units make it.',
  ],
  prefix: 'TT',
  claims: [...TINYOS_BLOCK, ...TINYOS_LOG_BOOT, ...TINYOS_LOG, ...TINYOS_CONFIG],
};

const PAGES: Readonly<Record<string, Claimed>> = {
  'CFSTORE_CLAIMS.md': CFSTORE,
  'TINYOS_CLAIMS.md': TINYOS,
};
const ALL = Object.values(PAGES).flatMap(({ claims }) => claims);

// --- Evidence ----------------------------------------------------------------------------------

const SCENARIO = /^[A-Z]{2}-\d\d$/;
const STUDY = /^study ([\w-]+)(?:: (.+))?$/;
const SPEC = /^(test\/.+\.spec\.ts)(?:: (.+))?$/;
const OWN = 'test/support/';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** All that stands in titles of tests and of suites, and a little more. */
const titles = sources()
  .filter((path) => /^(test\/.*\.spec|conformance\/.*)\.ts$/.test(path) && !path.startsWith(OWN))
  .map((path) => [...read(path).matchAll(/\b(?:it|describe)\((.*)/g)].map(([line]) => line).join())
  .join();

/** What is wrong with a piece of evidence; undefined when it is there. */
function fault(evidence: string): string | undefined {
  if (SCENARIO.test(evidence)) {
    if (!(evidence in STORE_CASES)) return 'no such scenario';
    return titles.includes(evidence) ? undefined : 'a scenario that no test covers';
  }
  const [, study, words] = STUDY.exec(evidence) ?? [];
  if (study !== undefined) {
    if (!STUDIES.some(({ name }) => name === study)) return 'no such study';
    return lacks(`doc/studies/${study}.md`, words);
  }
  const [, path = '', title] = SPEC.exec(evidence) ?? [];
  return lacks(path, title);
}

function lacks(path: string, words = ''): string | undefined {
  if (!path.includes('/') || !existsSync(join(ROOT, path))) return 'no such file';
  return read(path).replaceAll("\\'", "'").includes(words) ? undefined : `not in ${path}`;
}

// --- Pages -------------------------------------------------------------------------------------

function page({ title, about, claims }: Claimed): string {
  const count = (verdict: Verdict, of: readonly Claim[]): number =>
    of.filter((claim) => claim.verdict === verdict).length;
  const sections = [...new Set(claims.map(({ section }) => section))];
  const bySection = sections.map((name) => claims.filter(({ section }) => section === name));
  const row = (name: string, of: readonly Claim[]): string =>
    `| ${[name, of.length, ...VERDICTS.map((verdict) => count(verdict, of))].join(' | ')} |`;
  const counts = VERDICTS.map((verdict) => `${count(verdict, claims)} ${plural(verdict)}`);
  return [
    `# ${title}`,
    '',
    '<!-- Made by test/support/design-claims.spec.ts. A test keeps it current; UPDATE_GOLDEN=1 npm test rewrites it. -->',
    '',
    ...about,
    '',
    'What follows is every statement of the document that could be false, in our words, and what became of it. A verdict ' +
      'is on the statement as the document makes it; where a repair makes it true, the reason says so. Scenarios ' +
      'stand with their tests in [STORE_CASES.md](STORE_CASES.md).',
    '',
    `Of ${claims.length} claims ${counts.slice(0, -1).join(', ')} and ${counts.at(-1) ?? ''}.`,
    '',
    `| section | claims | ${VERDICTS.join(' | ')} |`,
    `| --- | ---: |${' ---: |'.repeat(VERDICTS.length)}`,
    ...bySection.map((of, index) => row(sections[index] ?? '', of)),
    row('all', claims),
    ...bySection.flatMap((of, index) => ['', `## ${sections[index] ?? ''}`, '', ...of.map(item)]),
    '',
  ].join('\n');
}

function plural(verdict: Verdict): string {
  return { holds: 'hold', 'does not hold': 'do not', 'cannot be known': 'cannot be known' }[
    verdict
  ];
}

function item({ id, claim, verdict, because, evidence }: Claim): string {
  const links = [...new Set(evidence.map(link))];
  const shown = links.length === 0 ? '' : ` *${links.join(', ')}*`;
  return `- **${id}** ${claim} **${verdict[0]?.toUpperCase() ?? ''}${verdict.slice(1)}.** ${because}${shown}`;
}

function link(evidence: string): string {
  const [, study] = STUDY.exec(evidence) ?? [];
  if (study !== undefined) return `[study ${study}](studies/${study}.md)`;
  const [, path] = SPEC.exec(evidence) ?? [];
  return path === undefined ? evidence : `[${path.split('/').at(-1) ?? ''}](../${path})`;
}

// --- Tests -------------------------------------------------------------------------------------

describe('Claims of the designs of CFSTORE and of the storages of TinyOS', () => {
  for (const [file, claimed] of Object.entries(PAGES)) {
    it(`doc/${file} is current`, () => {
      const update = process.env['UPDATE_GOLDEN'] === '1';
      expectGolden(file, page(claimed), { folder: 'doc', update });
    });

    it(`doc/${file} has its claims in order, a number each`, () => {
      const ids = claimed.claims.map(({ id }) => id);
      const numbers = ids.map((_, at) => `${claimed.prefix}-${String(at + 1).padStart(2, '0')}`);
      expect(ids).to.deep.equal(numbers);
    });
  }

  it('a verdict is never without evidence or a figure, unless nothing can be known', () => {
    const bare = ALL.filter(
      ({ verdict, evidence, figures }) =>
        verdict !== 'cannot be known' && evidence.length === 0 && figures === undefined,
    );
    expect(bare.map(({ id }) => id)).to.deep.equal([]);
  });

  it('all evidence is there: scenarios with a test, spec files, studies, and words in them', () => {
    const bad = ALL.flatMap(({ id, evidence }) =>
      evidence.flatMap((each) => {
        const found = fault(each);
        return found === undefined ? [] : [`${id}, ${each}: ${found}`];
      }),
    );
    expect(bad.join('\n')).to.equal('');
  });

  it('the figures of a reason are what their sources give', () => {
    const bad = ALL.flatMap(({ id, because, figures = {} }) =>
      Object.entries(figures).flatMap(([text, source]) => {
        if (!hasFigure(because, text)) return [`${id}: ${text} is not in its reason`];
        const digits = text.split('.')[1]?.length ?? 0;
        const found = source().toFixed(digits);
        return found === numberOf(text).toFixed(digits) ? [] : [`${id}: ${text} is ${found}`];
      }),
    );
    expect(bad.join('\n')).to.equal('');
  });

  it('finds evidence that is missing', () => {
    expect(fault('CF-99')).to.equal('no such scenario');
    expect(fault('study nothing')).to.equal('no such study');
    expect(fault('study lifetime: no such words')).to.equal('not in doc/studies/lifetime.md');
    expect(fault('test/nothing.spec.ts')).to.equal('no such file');
    expect(fault('a rumour')).to.equal('no such file');
    expect(fault('test/tidy.spec.ts: has no cycle')).to.equal(undefined);
  });
});

/** Whether a figure stands in a text, and not as a part of another. */
function hasFigure(text: string, figure: string): boolean {
  const at = text.indexOf(figure);
  if (at < 0) return false;
  const isWhole =
    !/[\d.]/.test(text[at - 1] ?? '') && !/^[.,]?\d/.test(text.slice(at + figure.length));
  return isWhole || hasFigure(text.slice(at + figure.length), figure);
}
