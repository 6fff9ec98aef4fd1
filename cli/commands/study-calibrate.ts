// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `tocksim study calibrate`: a cost model from a user's own measurements, and how well it fits.
 *
 * NON-TOCK: the simulator's own studies.
 */
import type { Command } from 'commander';
import { basename } from 'node:path';
import { columns } from '#lab/report/columns';
import { calibrate, parseCalibration } from '#lab/studies/framework/calibration';
import { COST_NAMES } from '#lab/studies/framework/cost-model';
import { LONGEST_NAME } from '#lab/studies/framework/checked-json';
import { costsText } from '#lab/studies/framework/costs-file';
import type { Fit } from '#lab/studies/framework/fit';
import type { CliContext } from '../context.ts';
import { OutputFile, readText } from '../files.ts';
import { examples } from '../help.ts';
import { ExitCode, UsageError } from '../usage-error.ts';

interface Options {
  readonly json?: boolean;
  readonly save?: string;
}

const EPILOGUE = `${examples([
  'tocksim study calibrate data/measurements/opensk-dk-2022.json',
  'tocksim study calibrate mine.json --save model.json',
  'tocksim study workload fido-year --costs model.json',
])}

Exit code: 0 fitted, 2 a file that is none or does not tell the costs apart.`;

/** Adds the command to the group `study`. */
export function addStudyCalibrate(
  study: Command,
  context: CliContext,
  finish: (code: ExitCode) => void,
): void {
  study
    .command('calibrate')
    .description('fit the costs of the model to times that were measured on a device')
    .argument('<file>', 'measurements (JSON; see doc/studies/README.md)')
    .option('--json', 'print JSON')
    .option('--save <file>', 'write the cost model, for --costs of study')
    .addHelpText('after', EPILOGUE)
    .action((file: string, options: Options) => {
      finish(run(context, file, options));
    });
}

function run(context: CliContext, file: string, { json, save }: Options): ExitCode {
  const calibration = parseCalibration(readText(file));
  if (!calibration.ok) throw new UsageError(`${file}: ${calibration.error}`);
  const found = calibrate(calibration.value);
  if (!found.ok) throw new UsageError(`${file}: ${found.error}`);
  if (save !== undefined) {
    const { device = basename(file).slice(0, LONGEST_NAME) } = calibration.value;
    const output = new OutputFile(save);
    output.write(costsText({ device, model: found.value.model }));
    output.commit();
  }
  context.out(json === true ? `${JSON.stringify(found.value, undefined, 2)}\n` : text(found.value));
  return ExitCode.OK;
}

function text({ model, residuals, rms, worst }: Fit): string {
  const percent = (share: number): string => (100 * share).toFixed(1);
  const costs = columns([
    ['cost', 'µs'],
    ...COST_NAMES.map((name) => [name, model[name].toFixed(2)]),
  ]);
  const rows = residuals.map(({ name, measured, modelled, deviation }) => [
    name,
    (measured / 1e3).toFixed(2),
    (modelled / 1e3).toFixed(2),
    percent(deviation),
  ]);
  const fits = columns([['operation', 'measured, ms', 'modelled, ms', 'off by, %'], ...rows]);
  return `${costs}\n\n${fits}\n\nrms ${percent(rms)} %, worst ${percent(worst)} %\n`;
}
