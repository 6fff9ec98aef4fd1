// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A case as a story to read in a terminal: each step, the words of flash that it changed, and the map of the flash.
 *
 * NON-TOCK: `tocksim crash replay`.
 */
import { wrap } from '../report/columns.ts';
import { flashMap } from '../report/flash-map.ts';
import type { CrashCase } from './crash-case.ts';
import type { ReplayStep } from './replay.ts';
import type { Geometry } from './store-adapter.ts';

/** How much to show. */
export interface ReplayStyle {
  /** Each step of operations that nothing interrupts, too. */
  readonly all: boolean;
}

const MOST_WORDS = 8;
const WORD_BYTES = 4;
const NUMBER = 4;
const KIND = 9;
const INDENT = ' '.repeat(NUMBER + KIND + 4);

/** Draws a case from the steps that replaying it gave. */
export function replayView(
  crashCase: CrashCase,
  steps: readonly ReplayStep[],
  { all }: ReplayStyle,
): string {
  const film = new Film(crashCase);
  const scenes = scenesOf(steps);
  const parts = scenes.map((scene, nth) =>
    all || isOfNote(scene, scenes[nth - 1]) ? film.show(scene) : film.skip(scene),
  );
  return `${title(crashCase)}\n\n${parts.join('\n')}\n`;
}

function title({ store, geometry, operations, chains }: CrashCase): string {
  const cuts = chains.reduce((sum, chain) => sum + chain.cuts.length, 0);
  const { numPages, pageSize } = geometry;
  return `${store}, ${plural(numPages, 'page')} of ${pageSize} bytes: ${plural(operations.length, 'operation')}, ${plural(cuts, 'cut')}`;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** Steps from the begin of an operation or a boot to the next begin. */
type Scene = readonly ReplayStep[];

function scenesOf(steps: readonly ReplayStep[]): Scene[] {
  const scenes: ReplayStep[][] = [];
  for (const step of steps) {
    const begins = step.kind === 'operation' || step.kind === 'boot';
    const current = scenes.at(-1);
    if (begins || current === undefined) scenes.push([step]);
    else current.push(step);
  }
  return scenes;
}

/** Whether power is cut in a scene or was just before it, or a fault comes to light. */
function isOfNote(scene: Scene, before: Scene | undefined): boolean {
  const isCut = (some: Scene | undefined): boolean =>
    some?.some(({ kind }) => kind === 'cut') === true;
  return isCut(scene) || isCut(before) || scene.some(({ kind }) => kind === 'verdict');
}

/** Goes through the steps, and remembers the flash before each. */
class Film {
  private readonly geometry: Geometry;
  private image: Uint8Array;
  private readonly erases: number[];
  private number = 0;
  /** The map as it was drawn last: one that says the same is left out. */
  private lastMap = '';

  constructor({ geometry, image }: CrashCase) {
    this.geometry = geometry;
    const blank = new Uint8Array(geometry.numPages * geometry.pageSize).fill(0xff);
    this.image = image === undefined ? blank : new Uint8Array(Buffer.from(image, 'hex'));
    this.erases = Array.from({ length: geometry.numPages }, () => 0);
  }

  /** A scene in one line. */
  skip(scene: Scene): string {
    for (const step of scene) this.advance(step);
    const [begin] = scene;
    const result = scene.findLast(({ kind }) => kind === 'result')?.text ?? '';
    const times = (what: ReplayStep['kind']): number =>
      scene.filter(({ kind }) => kind === what).length;
    const cost = `${plural(times('write'), 'write')}, ${plural(times('erase'), 'erase')}`;
    return this.line(begin?.kind ?? 'operation', `${begin?.text ?? ''} (${cost}): ${result}`);
  }

  /** A scene step by step, then the flash as it is, if it is another one. */
  show(scene: Scene): string {
    const text = scene.map((step) => this.showStep(step)).join('\n');
    const { pageSize } = this.geometry;
    const map = flashMap({ bytes: this.image, pageSize, erases: this.erases, address: 0 });
    if (map === this.lastMap) return text;
    this.lastMap = map;
    return `${text}\n\n${map}\n`;
  }

  private showStep(step: ReplayStep): string {
    const before = this.advance(step);
    const words = changedWords(before, step.image);
    const shown = words.slice(0, MOST_WORDS).map((at) => this.change(at, before, step.image));
    const rest = words.length - shown.length;
    const more = rest > 0 ? [`${INDENT}and ${plural(rest, 'word')} more`] : [];
    return [this.line(step.kind, step.text), ...shown, ...more].join('\n');
  }

  private change(at: number, before: Uint8Array, after: Uint8Array): string {
    const { pageSize } = this.geometry;
    const offset = (at % pageSize).toString(16).padStart(3, '0');
    const place = `page ${Math.floor(at / pageSize)} +0x${offset}`;
    return `${INDENT}${place}  ${word(before, at)} → ${word(after, at)}`;
  }

  /** Goes on by a step; the flash before it. */
  private advance({ kind, range, image }: ReplayStep): Uint8Array {
    const before = this.image;
    this.image = image;
    this.number++;
    if (kind === 'erase' && range !== undefined) {
      this.erases[range.page] = (this.erases[range.page] ?? 0) + 1;
    }
    return before;
  }

  private line(kind: ReplayStep['kind'], text: string): string {
    // The kind stands in its column already.
    const said = text.startsWith(kind) ? text.slice(kind.length).trimStart() : text;
    const line = `${String(this.number).padStart(NUMBER)}  ${kind.padEnd(KIND)}  ${said}`;
    return wrap(line, INDENT.length).trimEnd();
  }
}

function changedWords(before: Uint8Array, after: Uint8Array): number[] {
  const changed: number[] = [];
  for (let at = 0; at < after.length; at += WORD_BYTES) {
    if (word(before, at) !== word(after, at)) changed.push(at);
  }
  return changed;
}

/** A little-endian word in hexadecimal. */
function word(bytes: Uint8Array, at: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view
    .getUint32(at, true)
    .toString(16)
    .padStart(2 * WORD_BYTES, '0');
}
