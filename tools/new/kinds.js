// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What there is to be made anew: the files and changes of each kind, and what is left to do.
 *
 * NON-TOCK: part of `npm run new`.
 */
import { addDriver, addRow, addToMap, freeNumber, hasDriver } from './edits.js';
import { UsageError } from './names.js';

const NUMBERS = 'capsules/core/driver.ts';
const MAP = 'doc/TOCK_MAP.md';

/**
 * One kind makes a plan of a name and a view of the tree. `taken`: paths of which none may exist. `files`:
 * path and template. `edits`: path and change. `subject`: the class that the first file exports. `next`:
 * what to do. `added`: the word that the templates add to a name.
 */
export const KINDS = {
  capsule: {
    about: 'a system call driver over a split-phase HIL, with its number',
    added: 'driver',
    plan: capsule,
  },
  chip: {
    about: 'a flash driver of a chip, under the conformance suite',
    added: 'flash',
    plan: chip,
  },
  store: { about: 'a key-value store in flash, beside a map', added: 'store', plan: store },
  app: { about: 'an app, run on the board', added: 'app', plan: app },
};

function capsule(names, tree) {
  const { name, Words, words, Pascal } = names;
  const source = `capsules/extra/${name}.ts`;
  const spec = `test/capsules/extra/${name}.spec.ts`;
  const table = tree.read(NUMBERS);
  if (hasDriver(table, Pascal)) {
    throw new UsageError(`the name ${name} is taken: ${NUMBERS} has ${Pascal}`);
  }
  const pages = tree.list('doc/syscalls').filter((page) => /^[0-9a-f]{5}_/.test(page));
  const number = freeNumber(table, pages);
  const page = `${number}_${name.replaceAll('-', '_')}.md`;
  const head = {
    tagline: `The ${words} driver: say here what a process gets from it`,
    reason: "this project's own",
  };
  return {
    values: { ...names, ...head, number, page: `doc/syscalls/${page}` },
    subject: `${Pascal}Driver`,
    taken: tree.list('capsules').map((folder) => `capsules/${folder}/${name}.ts`),
    files: [
      [source, 'capsule/driver.ts'],
      [spec, 'capsule/driver.spec.ts'],
      [`doc/syscalls/${page}`, 'capsule/page.md'],
    ],
    edits: [
      [NUMBERS, addDriver(Pascal, number)],
      ['doc/syscalls/README.md', addRow('| 0x', `| 0x${number} | ${words} | [${page}](${page}) |`)],
      [
        'capsules/extra/README.md',
        addRow('| `', `| \`${name}.ts\` | ${Words} for processes, driver 0x${number} |`),
      ],
      [MAP, addToMap(source, head.tagline, head.reason)],
    ],
    next: [
      ...tests(spec, 'four tests fail until command 1 does its work: `begin`'),
      `Head, doc/syscalls/${page} and the README's line: say what it does.`,
      'A board: a line in boards/components/drivers.ts, or the option `drivers` of `boot`. Until then',
      'the tidy tests say that nothing imports it. doc/guide/first-capsule.md shows it all.',
    ],
  };
}

function chip(names) {
  const { name, words, Pascal } = names;
  const source = `chips/${name}/flash.ts`;
  const spec = `test/chips/${name}/flash.spec.ts`;
  const head = {
    tagline: `The flash of ${words} behind \`hil.flash.Flash\``,
    reason: 'a driver on the cells themselves, without registers',
  };
  return {
    values: { ...names, ...head },
    subject: `${Pascal}Flash`,
    taken: [`chips/${name}`, `test/chips/${name}`],
    files: [
      [source, 'chip/flash.ts'],
      [spec, 'chip/flash.spec.ts'],
    ],
    edits: [[MAP, addToMap(source, head.tagline, head.reason)]],
    next: [
      ...tests(spec, 'three tests fail until the figures have values and sources'),
      'chips/README.md: a line for the folder, and the figures.',
      'A chip or a board that makes one; until then the tidy tests say that nothing imports it.',
    ],
  };
}

function store(names) {
  const { name, Words, words, Pascal } = names;
  const source = `libraries/${name}/store.ts`;
  const spec = `test/libraries/${name}/store.spec.ts`;
  const head = {
    tagline: `The ${words} store: a map in flash, with its promises in the README beside it`,
    reason: "this project's own",
  };
  return {
    values: { ...names, ...head },
    subject: `${Pascal}Store`,
    taken: [`libraries/${name}`, `libraries/${name}.ts`, `test/libraries/${name}`],
    files: [
      [source, 'store/store.ts'],
      [spec, 'store/store.spec.ts'],
      [`libraries/${name}/README.md`, 'store/README.md'],
    ],
    edits: [
      [
        'libraries/README.md',
        addRow('| [', `| [${name}](${name}/README.md) | ${Words}: not written yet |`),
      ],
      [MAP, addToMap(source, head.tagline, head.reason)],
    ],
    next: [
      ...tests(spec, 'three tests fail until it takes a value'),
      `libraries/${name}/README.md: what stands in flash, and what is claimed.`,
      'A capsule that uses it; until then the tidy tests say that nothing imports it.',
    ],
  };
}

function app(names) {
  const { name } = names;
  const source = `apps/${name}.ts`;
  const spec = `test/apps/${name}.spec.ts`;
  const head = { tagline: `The app ${name}: say here what it does`, reason: "this project's own" };
  return {
    values: { ...names, ...head },
    subject: 'main',
    taken: [`apps/${name}`],
    files: [
      [source, 'app/app.ts'],
      [spec, 'app/app.spec.ts'],
    ],
    edits: [
      ['apps/README.md', addRow('| `', `| \`${name}\` | waits and prints a line |`)],
      [MAP, addToMap(source, head.tagline, head.reason)],
    ],
    next: [
      `npm run tocksim -- run ${name}`,
      ...tests(spec, 'one test fails until it says what the app prints'),
    ],
  };
}

function tests(spec, which) {
  const compiled = `dist/${spec.replace(/\.ts$/, '.js')}`;
  return [
    `npm run build && npx mocha ${compiled}`,
    `  ${which}.`,
    'Another first sentence in a head: UPDATE_GOLDEN=1 npm test writes doc/TOCK_MAP.md anew.',
  ];
}
