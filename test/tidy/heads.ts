// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the head of a source says: its licence, its one line, and where it stands in Tock.
 *
 * NON-TOCK: Rust's `//!` heads carry no such duty.
 */
import { read } from './tree.ts';

const LICENCE = '// SPDX-License-Identifier: Apache-2.0 OR MIT';

/** The head of one source. */
export interface Head {
  readonly path: string;
  readonly licensed: boolean;
  /** Its first sentence; empty when there is no head. */
  readonly tagline: string;
  /** Tock's paths that it says it mirrors. */
  readonly mirrors: readonly string[];
  /** Why it has no counterpart, in its own words; undefined when it has one. */
  readonly nonTock: string | undefined;
}

/** Reads the head comment of a source. */
export function headOf(path: string): Head {
  const [first = '', ...rest] = read(path)
    .replace(/^#!.*\n/, '')
    .split('\n');
  const comment = /^\s*\/\*\*([^]*?)\*\//.exec(rest.join('\n'))?.[1] ?? '';
  const text = comment.replaceAll(/\s*\n\s*\*[ ]?/g, '\n').trim();
  return {
    path,
    licensed: first === LICENCE,
    tagline: sentence(text.split('\n\n')[0] ?? ''),
    mirrors: [...mirrorClauses(text)].flatMap((clause) => rustPaths(clause)),
    nonTock: nonTock(text),
  };
}

/**
 * Our path for one of Tock's: `/src/` dropped, `_` to `-`, `.rs` to `.ts`, `mod` to `index`; one
 * crate of libtock-rs under `apis/` is one file of `apps/libtock/`.
 */
export function mapRule(tock: string): string {
  return tock
    .replace(/^apis\/\w+\/(\w+)\/src\/lib\.rs$/, 'apps/libtock/$1.rs')
    .replace('/src/', '/')
    .replaceAll('_', '-')
    .replace(/\.rs$/, '.ts')
    .replace(/\/(mod|lib)\.ts$/, '/index.ts');
}

function* mirrorClauses(text: string): Generator<string> {
  // A clause ends with its sentence; the full stops inside `paths.rs` are followed by no space.
  for (const match of text.matchAll(/\bMirrors\b([^]*?)(?:\.(?=\s|$)|$)/g)) yield match[1] ?? '';
}

function rustPaths(clause: string): string[] {
  return [...clause.matchAll(/`([\w./-]+\.rs)`/g)].map((match) => match[1] ?? '');
}

function nonTock(text: string): string | undefined {
  const said = /\bNON-TOCK\b[.:]?([^]*)/.exec(text)?.[1];
  return said === undefined ? undefined : sentence(said.split('\n\n')[0] ?? '');
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return /^(.*?)\.(?=\s|$)/.exec(line)?.[1] ?? line.replace(/:$/, '');
}
