// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * `npm run new KIND NAME`: the frame of a capsule, chip, store or app, with tests that say what is missing.
 *
 * NON-TOCK: the frames are `tools/templates/KIND/*.tmpl`. Everything is looked at before the first write;
 * bad use is one line on stderr and exit code 2.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Command, CommanderError } from 'commander';
import { KINDS } from './new/kinds.js';
import { fill, namesOf, UsageError } from './new/names.js';
import { commit, tree } from './new/tree.js';
import { ROOT } from './sources.js';

const HELP_WIDTH = 80;

function createProgram() {
  const kinds = Object.entries(KINDS).map(([kind, { about }]) => `  ${kind.padEnd(8)} ${about}`);
  return new Command('npm run new')
    .description('Writes the frame of a new part, with tests that fail until it is filled.')
    .argument('<kind>', Object.keys(KINDS).join(', '))
    .argument('<name>', 'in kebab-case, such as page-sum')
    .helpOption('-h, --help', 'print help')
    .addHelpText(
      'after',
      `\nKinds:\n${kinds.join('\n')}\n\nExample:\n  $ npm run new capsule page-sum`,
    )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, getOutHelpWidth: () => HELP_WIDTH });
}

/** The working directory tells which checkout is meant: it must be this one. */
function refuseOutside() {
  const [here, root] = [process.cwd(), ROOT].map((path) => realpathSync(path));
  if (here !== root && !here.startsWith(root + sep)) {
    throw new UsageError(`this is not inside the project, which is in ${root}`);
  }
}

function makePlan(kind, name) {
  if (!Object.hasOwn(KINDS, kind)) {
    const known = Object.keys(KINDS).join(', ');
    throw new UsageError(`there is no kind ${JSON.stringify(kind)}; there are: ${known}`);
  }
  const { plan: planOf, added } = KINDS[kind];
  const plan = planOf(namesOf(name, added), tree);
  const taken = [...plan.taken, ...plan.files.map(([path]) => path)].find(tree.exists);
  if (taken !== undefined) throw new UsageError(`the name ${name} is taken: ${taken} exists`);
  return plan;
}

/** A template filled in, as the formatter leaves it. */
async function render(path, template, plan) {
  const file = join(ROOT, 'tools/templates', `${template}.tmpl`);
  const text = fill(readFileSync(file, 'utf8'), plan.values);
  if (!path.endsWith('.ts')) return text;
  const imports = text.match(/^import [^;]*;/gm)?.join('\n') ?? '';
  const own = path === plan.files[0]?.[0] ? plan.subject : '';
  if (own !== '' && new RegExp(`\\b${own}\\b`).test(imports)) {
    throw new UsageError(
      `the name ${plan.values.name} is taken: ${path} would import another ${own}`,
    );
  }
  const prettier = await import('prettier');
  const options = await prettier.resolveConfig(join(ROOT, path));
  return prettier.format(text, { ...options, filepath: path });
}

async function write(plan) {
  const created = [];
  for (const [path, template] of plan.files) {
    created.push([path, await render(path, template, plan)]);
  }
  const changed = plan.edits.map(([path, edit]) => [path, edit(tree.read(path), path)]);
  commit(created, changed);
  return [
    ...created.map(([path]) => `wrote    ${path}`),
    ...changed.map(([path]) => `changed  ${path}`),
    '',
    'Next:',
    ...plan.next.map((line) => `  ${line}`),
  ];
}

async function main() {
  const program = createProgram();
  try {
    program.parse();
    refuseOutside();
    const lines = await write(makePlan(...program.args));
    console.log(lines.join('\n'));
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (!(error instanceof CommanderError || error instanceof UsageError)) throw error;
    console.error(`new: ${error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')}`);
    return 2;
  }
}

process.exitCode = await main();
