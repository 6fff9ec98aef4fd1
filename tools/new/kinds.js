// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What there is to be made anew: the files and changes of each kind, and what is left to do.
 *
 * NON-TOCK: part of `npm run new`.
 */
import { addDriver, addRow, addStore, addToMap, freeNumber, hasDriver, hasStore } from './edits.js';
import { UsageError } from './names.js';

const NUMBERS = 'capsules/core/driver.ts';
const MAP = 'doc/TOCK_MAP.md';
const STORES = 'libraries/stores.ts';

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

function store(names, tree) {
  const { name, Words, words, Pascal, UPPER } = names;
  const folder = `libraries/${name}`;
  const spec = `test/${folder}/store.spec.ts`;
  const reason = "this project's own";
  const tagline = `The ${words} store: a map in flash, with its promises in the README beside it`;
  const taglines = {
    store: tagline,
    format: `The bits of the ${words} store in flash`,
    claim: `What the ${words} store promises, as data: the crash laboratory judges it against this`,
    definition: `The ${words} store under the contract that all stores share: what every tool knows of it`,
  };
  if (hasStore(tree.read(STORES), UPPER)) {
    throw new UsageError(`the name ${name} is taken: ${STORES} has ${UPPER}`);
  }
  const sources = Object.keys(taglines);
  return {
    values: { ...names, tagline, reason },
    subject: `${Pascal}Store`,
    taken: [folder, `${folder}.ts`, `test/${folder}`],
    files: [
      ...sources.map((source) => [`${folder}/${source}.ts`, `store/${source}.ts`]),
      [spec, 'store/store.spec.ts'],
      [`${folder}/README.md`, 'store/README.md'],
    ],
    edits: [
      [STORES, addStore(UPPER, `./${name}/definition.ts`)],
      [
        'libraries/README.md',
        addRow('| [', `| [${name}](${name}/README.md) | ${Words}: not written yet |`),
      ],
      [
        MAP,
        (text, path) =>
          sources.reduce(
            (map, source) =>
              addToMap(`${folder}/${source}.ts`, taglines[source], reason)(map, path),
            text,
          ),
      ],
    ],
    next: [
      ...tests(spec, 'three tests fail until it takes a value'),
      `${folder}/definition.ts: its shape, and \`refuses\`. From then on`,
      '  dist/test/libraries/stores.spec.js holds it against the contract, and',
      `  npm run tocksim -- crash --store ${name} against its claim.`,
      `${folder}/README.md: what stands in flash, and what is claimed.`,
      'UPDATE_GOLDEN=1 npm test writes it into doc/crash.md and doc/studies/.',
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
