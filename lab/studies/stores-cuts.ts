// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Study: what is left in each store when the power goes anywhere, and what stays readable of deleted values?
 *
 * NON-TOCK. The crash laboratory cuts random operations of every store, on the flash that its definition asks for, under
 * the model of its claim and under the hardest one. It is a small sample: `tocksim crash --store NAME` is the campaign.
 */
import type { CutModel } from '#libraries/store/claim';
import { STORES, storeOf } from '#libraries/stores';
import { DEFAULT_OPTIONS, explore } from '../crash/explore.ts';
import { ALL_VERDICTS, isGood, VERDICTS, type VerdictCounts } from '../crash/verdict.ts';
import type { Table } from './framework/exhibit.ts';
import { study, type Check, type StudyReport } from './framework/study.ts';
import { whyNever } from './stores/bench.ts';
import { GONE, readableSecrets, type Readable } from './stores/secrets.ts';
import { PARTS } from './workload/parts.ts';

const HARDEST: CutModel = 'any-subset-of-bits';
/** Cuts of each store and model, rounded up to a whole workload. */
const CUTS = 1000;
/** Operations of a workload. */
const LENGTH = 30;
const PAGES = 8;
const PART = 'nrf52840';

interface CutPart {
  readonly kind: 'cuts';
  readonly store: string;
  readonly model: CutModel;
}

interface SecretsPart {
  readonly kind: 'secrets';
  readonly store: string;
}

type Part = CutPart | SecretsPart;

interface CutOutcome extends CutPart {
  readonly cuts: number;
  readonly verdicts: VerdictCounts;
  readonly violations: number;
}

interface SecretsOutcome extends SecretsPart {
  readonly readable: Readable;
}

type Outcome = CutOutcome | SecretsOutcome;

function parts(): Part[] {
  const site = siteOf();
  return STORES.flatMap((definition): Part[] => {
    const { name: store, claim, kind } = definition;
    const models = [...new Set([claim.cutModel, HARDEST])];
    const cuts = models.map((model): Part => ({ kind: 'cuts', store, model }));
    const secrets = kind === 'map' && whyNever(definition, site) === undefined;
    return secrets ? [...cuts, { kind: 'secrets', store }] : cuts;
  });
}

function siteOf(): { part: NonNullable<(typeof PARTS)[string]>; pages: number } {
  const part = PARTS[PART];
  if (part === undefined) throw new Error(`there is no part ${PART}`);
  return { part, pages: PAGES };
}

function run(part: Part): Outcome {
  const definition = storeOf(part.store);
  if (definition === undefined) throw new Error(`there is no store ${part.store}`);
  if (part.kind === 'secrets') {
    if (definition.kind !== 'map') throw new Error(`${part.store} is no map`);
    return { ...part, readable: readableSecrets(definition, siteOf()) };
  }
  const { pageSize, pages } = definition.defaults;
  const options = { ...DEFAULT_OPTIONS, store: part.store, pageSize, pages, length: LENGTH };
  const asked = { ...options, cutModel: part.model, images: 0 };
  const { cuts, verdicts, violationCount } = explore(asked, { cuts: CUTS });
  return { ...part, cuts, verdicts, violations: violationCount };
}

const BAD = ALL_VERDICTS.filter((verdict) => !isGood(verdict));

/** The model of the store's own claim. */
const claimed = ({ store, model }: CutPart): boolean => storeOf(store)?.claim.cutModel === model;

function cutTable(rows: readonly CutOutcome[]): Table {
  return {
    kind: 'table',
    title: 'Judged after the recovery',
    columns: [
      { title: 'store' },
      { title: 'a cut leaves' },
      { title: 'it claims that' },
      { title: 'cuts' },
      { title: 'OLD' },
      { title: 'NEW' },
      ...BAD.map((verdict) => ({ title: verdict })),
    ],
    rows: rows.map((row) => [
      ...[row.store, row.model.replaceAll('-', ' '), claimed(row) ? 'yes' : 'no', row.cuts],
      ...[row.verdicts.OLD, row.verdicts.NEW, ...BAD.map((verdict) => row.verdicts[verdict])],
    ]),
  };
}

function secretsTable(rows: readonly SecretsOutcome[]): Table {
  return {
    kind: 'table',
    title: `Of ${GONE} values of 16 B that were replaced or deleted, so many stand whole in flash`,
    columns: [
      { title: 'store' },
      { title: 'at once' },
      { title: 'after all idle work' },
      { title: 'after 500 more updates' },
      { title: 'it wipes' },
    ],
    rows: rows.map(({ store, readable: { atOnce, afterIdle, later } }) => [
      ...[
        store,
        atOnce,
        afterIdle,
        later,
        (storeOf(store)?.claim.wipes ?? '').replaceAll('-', ' '),
      ],
    ]),
  };
}

function report(outcomes: readonly Outcome[]): StudyReport {
  const cuts = outcomes.filter((each): each is CutOutcome => each.kind === 'cuts');
  const secrets = outcomes.filter((each): each is SecretsOutcome => each.kind === 'secrets');
  const bad = ({ verdicts }: CutOutcome): number =>
    BAD.reduce((sum, verdict) => sum + verdicts[verdict], 0);
  const kept = cuts.filter((row) => claimed(row) && row.violations === 0).map(({ store }) => store);
  const broken = cuts.filter((row) => claimed(row) && row.violations > 0).map(({ store }) => store);
  return {
    answer:
      `Within its claim, nothing is lost in ${kept.join(', ')}; ` +
      `${broken.length === 0 ? 'none' : broken.join(', ')} ${broken.length > 1 ? 'lose' : 'loses'} what it said it keeps.`,
    table: cutTable(cuts),
    picture: {
      kind: 'bars',
      title: 'Recoveries that show neither the old nor the new state, of 1000',
      y: { title: 'of 1000 cuts' },
      stacked: true,
      groups: cuts.map(({ store, model }) => `${store}, ${model.replaceAll('-', ' ')}`),
      series: BAD.map((verdict) => ({
        name: verdict,
        values: cuts.map((row) => (1000 * row.verdicts[verdict]) / Math.max(1, row.cuts)),
      })),
    },
    more: [secretsTable(secrets)],
    notes: [
      ...ALL_VERDICTS.map((verdict) => `${verdict}: ${VERDICTS[verdict]}.`),
      'What is left readable is no fault by itself; NOT_WIPED is given where the store promises to wipe.',
      ...cuts
        .filter((row) => !claimed(row) && bad(row) > 0)
        .map(({ store }) => `${store} does not claim to survive any subset of bits, and does not.`),
    ],
    checks: checksOf(cuts, secrets),
  };
}

/** Stores that are made to fail, a first draft, or as unsafe as their source. */
const isFlawed = (store: string): boolean =>
  ['naive', 'noodle-first'].includes(store) || store.endsWith('-literal');

function checksOf(cuts: readonly CutOutcome[], secrets: readonly SecretsOutcome[]): Check[] {
  const source = 'its claim';
  return [
    ...cuts
      .filter((row) => claimed(row) && !isFlawed(row.store))
      .map(({ store, violations }) => ({
        what: `${store}: violations of its claim`,
        ...{ expected: 0, measured: violations, tolerance: 0, source },
      })),
    ...secrets
      .filter(({ store }) => storeOf(store)?.claim.wipes !== 'never')
      .map(({ store, readable }) => ({
        what: `${store}: deleted values that stand whole in flash`,
        ...{ expected: 0, measured: readable.atOnce, tolerance: 0, source },
      })),
  ];
}

/** The study. */
export const STORES_CUTS = study<Part, Outcome>({
  name: 'stores-cuts',
  question:
    'What is left in each store when the power goes anywhere, and what stays readable of deleted values?',
  parts,
  run,
  report,
});
