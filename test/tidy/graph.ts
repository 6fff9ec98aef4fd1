// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Who imports whom, read from the sources.
 *
 * NON-TOCK: cargo refuses cycles between crates by itself.
 */
import { importedModule } from '#tools/layers';
import { MODULES, read } from './tree.ts';

/** One import of a module of ours. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Erased by the compiler: it binds no code. */
  readonly typeOnly: boolean;
}

/** `import type … from '…'`, `export * from '…'`, `import '…'`, and what stands inside `import('…')`. */
const FROM = /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;
const CALL = /\bimport\(\s*'([^']+)'/g;

function* importsOf(path: string): Generator<Edge> {
  const text = read(path);
  const edge = (specifier: string, typeOnly: boolean): Edge[] => {
    const to = importedModule(path, specifier);
    return to === undefined ? [] : [{ from: path, to: `${to}.ts`, typeOnly }];
  };
  for (const match of text.matchAll(FROM)) yield* edge(match[2] ?? '', match[1] !== undefined);
  for (const match of text.matchAll(CALL)) yield* edge(match[1] ?? '', false);
}

/** Every import between our modules, tests included. */
export const EDGES: readonly Edge[] = MODULES.flatMap((path) => [...importsOf(path)]);

/** Every cycle of imports that bind code, each once, as `a -> b -> a`. */
export function cycles(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of edges) {
    if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt !== -1) {
      found.push([...trail.slice(seenAt), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return found;
}
