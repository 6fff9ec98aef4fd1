// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The import table as data: which folder may know which. Lint enforces it, `doc/ARCHITECTURE.md`
 * draws it and a test compares the two.
 *
 * NON-TOCK: Tock's crates do this by their manifests.
 */

/** What every library may use of the kernel: values and failure, nothing that runs. */
const KERNEL_VALUES = [
  'kernel/result',
  'kernel/errorcode',
  'kernel/assert',
  'kernel/random',
  'kernel/time',
];

/** What a process can see of the kernel: the system call boundary and its words. */
const KERNEL_BOUNDARY = ['kernel/syscall', 'kernel/errorcode', 'kernel/result', 'kernel/time'];

/** What is run inside virtual time and so must be deterministic and free of the host. */
export const SIMULATION = ['kernel', 'libraries', 'capsules', 'chips', 'arch', 'boards', 'apps'];

/** Everything a tool on top of the simulation may import. */
const ALL_BUT_TEST = [...SIMULATION, 'conformance', 'lab', 'cli'];

/**
 * One row a folder. `folders`: what it may import besides itself, a whole folder (`kernel`) or a
 * single module (`kernel/result`). `packages`: what it may import from npm. `host`: whether it may
 * import Node's own modules. `owns`: one phrase for the table in the documentation.
 */
export const LAYERS = {
  kernel: {
    owns: 'mechanism: system calls, processes, grants, upcalls, the clock, the HIL interfaces',
    folders: [],
    packages: ['eventemitter3', 'tinyqueue'],
    host: false,
  },
  libraries: {
    owns: 'pure algorithms: flash stores and codecs',
    folders: KERNEL_VALUES,
    packages: ['@noble/ciphers', '@noble/hashes'],
    host: false,
  },
  capsules: {
    owns: 'system call drivers, virtualizers, translators, policies',
    folders: ['kernel', 'libraries'],
    packages: [],
    host: false,
  },
  chips: {
    owns: 'silicon, registers and the drivers that implement HILs',
    folders: ['kernel'],
    packages: [],
    host: false,
  },
  arch: {
    owns: 'how a process executes',
    folders: ['kernel'],
    packages: [],
    host: false,
  },
  boards: {
    owns: 'wiring: the one place that names concrete classes together',
    folders: ['kernel', 'libraries', 'capsules', 'chips', 'arch', 'apps'],
    packages: [],
    host: false,
  },
  apps: {
    owns: 'userspace: `libtock/` and one app a file',
    folders: KERNEL_BOUNDARY,
    packages: [],
    host: false,
  },
  conformance: {
    owns: 'test suites for HILs, stores and drivers, exported to users',
    folders: ['kernel', 'libraries'],
    packages: ['mocha', 'chai', 'fast-check'],
    host: false,
  },
  lab: {
    owns: 'the experiments: swaps, power cuts, studies',
    folders: ALL_BUT_TEST,
    packages: [
      'cli-progress',
      'commander',
      'd3-scale',
      'd3-shape',
      'valibot',
      'tinypool',
      'tinyqueue',
      'typescript',
    ],
    host: true,
  },
  cli: {
    owns: 'the command line: parses, calls, prints',
    folders: ALL_BUT_TEST,
    packages: ['cli-progress', 'commander', 'valibot', 'typescript'],
    host: true,
  },
  bench: {
    owns: 'the speed of the simulator on the host',
    folders: ALL_BUT_TEST,
    packages: ['cli-progress', 'commander'],
    host: true,
  },
  test: {
    owns: 'tests, in a tree that mirrors the sources',
    folders: [...ALL_BUT_TEST, 'bench', 'tools'],
    packages: ['mocha', 'chai', 'sinon', 'fast-check', 'eslint', 'typescript', 'eventemitter3'],
    host: true,
  },
};

/** Packages that only one module may import, with the reason that lint prints. */
const PACKAGE_HOMES = {
  eventemitter3: {
    home: 'kernel/trace',
    why: 'Events are for watching: only the trace emits them.',
  },
  '@noble/ciphers': {
    home: 'libraries/cfstore/mac',
    why: 'Codes that authenticate are made in one place.',
  },
  '@noble/hashes': {
    home: 'libraries/cfstore/mac',
    why: 'Codes that authenticate are made in one place.',
  },
};

const INDEX_MODULES = new Map([['kernel/hil', 'kernel/hil/index']]);

/**
 * Judges one import.
 *
 * @param {string} file path of the importing file from the repository's root, with `/`
 * @param {string} specifier the text between the quotes
 * @returns {string | undefined} what is wrong, in words that teach; `undefined` when it is allowed
 */
export function judgeImport(file, specifier) {
  const layer = file.slice(0, file.indexOf('/'));
  const row = LAYERS[layer];
  if (row === undefined) return undefined;
  if (specifier.startsWith('.')) return judgeRelative(file, layer, specifier);
  if (specifier.startsWith('#')) return judgeFolder(layer, row, specifier.slice(1));
  return judgePackage(file, layer, row, specifier);
}

/**
 * Names the source module behind an import, without its extension.
 *
 * @param {string} file path of the importing file from the repository's root
 * @param {string} specifier the text between the quotes
 * @returns {string | undefined} `undefined` for a package
 */
export function importedModule(file, specifier) {
  if (specifier.startsWith('#')) {
    const name = specifier.slice(1);
    return INDEX_MODULES.get(name) ?? name;
  }
  if (!specifier.startsWith('.')) return undefined;
  return resolveRelative(file, specifier).replace(/\.(ts|js|cjs)$/, '');
}

function judgeRelative(file, layer, specifier) {
  const target = resolveRelative(file, specifier);
  if (target.startsWith(`${layer}/`)) return undefined;
  return `Cross folders by #name, not by a relative path: '#${target.replace(/\.(ts|js)$/, '')}'.`;
}

function judgeFolder(layer, row, target) {
  const [folder] = target.split('/');
  if (folder === layer) return `Inside ${layer}/ import by a relative path.`;
  if (row.folders.includes(folder) || row.folders.includes(target)) return undefined;
  const allowed = row.folders.length === 0 ? 'nothing but itself' : row.folders.join(', ');
  return `${layer}/ may import: ${allowed}. What needs '#${target}' belongs in another folder, or takes it through its constructor as an interface.`;
}

function judgePackage(file, layer, row, specifier) {
  const name = packageName(specifier);
  const home = PACKAGE_HOMES[name];
  if (home !== undefined && SIMULATION.includes(layer) && !file.startsWith(home.home)) {
    return `'${name}' is for ${home.home}.ts alone. ${home.why}`;
  }
  if (row.packages.includes(name)) return undefined;
  if (specifier.startsWith('node:')) {
    return row.host
      ? undefined
      : `${layer}/ runs inside the simulation and in a browser: it may not import '${specifier}'.`;
  }
  const allowed = row.packages.length === 0 ? 'no package' : row.packages.join(', ');
  return `${layer}/ may import ${allowed}; '${specifier}' is not in tools/layers.js.`;
}

function packageName(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function resolveRelative(file, specifier) {
  const parts = file.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}
