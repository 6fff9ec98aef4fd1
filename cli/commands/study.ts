// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim study`: runs studies and shows what they found.
 *
 * NON-TOCK: on hardware this takes a board, a logic analyser and a week.
 */
import type { Command } from 'commander';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { wrap } from '#lab/report/columns';
import type { DeviceCosts } from '#lab/studies/framework/cost-model';
import { toHtml } from '#lab/studies/framework/html';
import { holds, partsOf, type Study } from '#lab/studies/framework/study';
import { tablesOf, toCsv, toJson, toText } from '#lab/studies/framework/text';
import { runStudies, type Finished } from '#lab/studies/framework/workers';
import { STUDIES } from '#lab/studies/index';
import type { CliContext } from '../context.ts';
import { readCosts } from '../costs.ts';
import { fileError, OutputFile } from '../files.ts';
import { examples } from '../help.ts';
import { jobsOption } from '../jobs.ts';
import { Progress } from '../run/progress.ts';
import { unknownName } from '../suggest.ts';
import { ExitCode, UsageError } from '../usage-error.ts';
import { addStudyCalibrate } from './study-calibrate.ts';
import { addStudyWorkload } from './study-workload.ts';

interface Options {
  readonly all?: boolean;
  readonly list?: boolean;
  readonly full?: boolean;
  readonly costs?: string;
  readonly html?: string;
  readonly json?: string;
  readonly csv?: string;
  readonly jobs: number;
}

/** Adds the command. */
export function addStudy(
  program: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  const study = program
    .command('study')
    .description('answer a question about flash and time: a table, a picture, published figures')
    .argument('[name...]', 'studies to run')
    .option('--all', 'run every study')
    .option('--list', 'list the studies')
    .option('--full', 'real lives: no endurance scaled down; takes minutes')
    .option('--costs <file>', 'a cost model that study calibrate saved, where one enters')
    .option('--html <file>', 'write a report that opens in a browser, offline')
    .option('--json <file>', 'write what was found as JSON; - is stdout')
    .option('--csv <folder>', 'write each table as CSV')
    .addOption(jobsOption())
    .addHelpText('after', EPILOGUE)
    .action(async (names: string[], options: Options) => {
      finish(await studies(context, names, options));
    });
  addStudyCalibrate(study, context, finish);
  addStudyWorkload(study, context, finish);
}

const EPILOGUE = `${examples([
  'tocksim study --list',
  'tocksim study nrf52840-figures',
  'tocksim study --all --html report.html',
])}

Exit code: 0 all figures as near to the published ones as they have to be, 1 one
is not, 2 bad use.`;

async function studies(
  context: CliContext,
  names: readonly string[],
  options: Options,
): Promise<ExitCode> {
  if (options.list === true) return list(context, names, options);
  const chosen = choose(names, options);
  const costs = options.costs === undefined ? undefined : costsFor(chosen, options, options.costs);
  const outputs = new Outputs(options);
  try {
    const finished = await run(context, chosen, options, costs);
    outputs.write(finished, commandOf(names, options));
    context.out(options.json === '-' ? toJson(finished) : `${finished.map(toText).join('\n\n')}\n`);
    const good = finished.every(({ report }) => report.checks.every(holds));
    return good ? ExitCode.OK : ExitCode.FOUND;
  } catch (error) {
    outputs.discard();
    throw error;
  }
}

function list(context: CliContext, names: readonly string[], { json }: Options): ExitCode {
  if (names.length > 0) throw new UsageError('study --list takes no names');
  if (json !== undefined) {
    const known = STUDIES.map(({ name, question }) => ({ name, question }));
    const text = `${JSON.stringify({ studies: known }, undefined, 2)}\n`;
    if (json === '-') context.out(text);
    else writeFile(json, text);
    return ExitCode.OK;
  }
  const width = Math.max(...STUDIES.map(({ name }) => name.length));
  for (const { name, question } of STUDIES) {
    context.out(`${wrap(`${name.padEnd(width)}  ${question}`, width + 2)}\n`);
  }
  return ExitCode.OK;
}

function choose(names: readonly string[], { all }: Options): readonly Study[] {
  if (all === true) {
    if (names.length > 0) throw new UsageError('study: either names or --all');
    return STUDIES;
  }
  if (names.length === 0)
    throw new UsageError('study: a name is missing; see tocksim study --list');
  const known = [...STUDIES.map(({ name }) => name), 'workload', 'calibrate'];
  return [...new Set(names)].map((name) => {
    const found = STUDIES.find((study) => study.name === name);
    if (found === undefined) throw unknownName('study', name, known);
    return found;
  });
}

/** The cost model, when there is a study for it among those that were named. */
function costsFor(chosen: readonly Study[], { all }: Options, path: string): DeviceCosts {
  const costs = readCosts(path);
  const without = chosen.find(({ takesCosts }) => takesCosts !== true);
  if (all === true || without === undefined) return costs;
  const those = STUDIES.filter(({ takesCosts }) => takesCosts === true);
  const names = those.map(({ name }) => name).join(', ');
  throw new UsageError(`--costs: no cost model enters ${without.name}, only ${names}`);
}

async function run(
  context: CliContext,
  chosen: readonly Study[],
  { full, jobs }: Options,
  costs: DeviceCosts | undefined,
): Promise<readonly Finished[]> {
  const scale = full === true ? 'full' : 'short';
  const total = chosen.reduce((sum, study) => sum + partsOf(study, scale, costs).length, 0);
  const progress = new Progress(context.interactive, total, 'parts');
  try {
    const onProgress = (done: number): void => {
      progress.show(done);
    };
    return await runStudies(chosen, {
      scale,
      jobs,
      onProgress,
      ...(costs === undefined ? {} : { costs }),
    });
  } finally {
    progress.stop();
  }
}

/** The command that makes the same again; where results go and how many workers there are does not matter. */
function commandOf(names: readonly string[], { all, full, costs }: Options): string {
  const what = all === true ? ['--all'] : names;
  const model = costs === undefined ? [] : ['--costs', basename(costs)];
  return ['tocksim study', ...what, ...(full === true ? ['--full'] : []), ...model].join(' ');
}

/** The files that were asked for: opened before the work, so that what cannot be written is found out at once. */
class Outputs {
  private readonly html: OutputFile | undefined;
  private readonly json: OutputFile | undefined;
  private readonly folder: string | undefined;

  constructor({ html, json, csv }: Options) {
    if (csv !== undefined) makeFolder(csv);
    this.folder = csv;
    this.html = html === undefined ? undefined : new OutputFile(html);
    try {
      this.json = json === undefined || json === '-' ? undefined : new OutputFile(json);
    } catch (error) {
      this.html?.discard();
      throw error;
    }
  }

  write(finished: readonly Finished[], command: string): void {
    if (this.folder !== undefined) for (const each of finished) writeCsv(this.folder, each);
    this.html?.write(toHtml(finished, command));
    this.html?.commit();
    this.json?.write(toJson(finished));
    this.json?.commit();
  }

  discard(): void {
    this.html?.discard();
    this.json?.discard();
  }
}

function writeFile(path: string, text: string): void {
  const file = new OutputFile(path);
  file.write(text);
  file.commit();
}

function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new UsageError(`${path}: is no folder`);
    return;
  }
  try {
    mkdirSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** `NAME.csv` for the main table, `NAME-2.csv` and on for the others. */
function writeCsv(folder: string, finished: Finished): void {
  for (const [index, table] of tablesOf(finished).entries()) {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    writeFile(join(folder, `${finished.study.name}${suffix}.csv`), toCsv(table));
  }
}
