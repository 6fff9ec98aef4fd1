// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * SVG as text: elements, the frame of a picture with its axes, and the legend.
 *
 * NON-TOCK: the simulator's own reports. Pointing at a mark shows its figures, without a script.
 */
import type { AxisScale, Chart } from './chart-scales.ts';

/** Colours that people with any colour vision tell apart (Okabe and Ito), each with a dash for print. */
export const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#e69f00',
  '#666666',
];
/** Dashes of lines. */
const DASHES = ['none', '7 3', '2 2', '9 2 2 2', '4 4', '12 3', '1 3'];

/** Width of a letter, at most. */
export const LETTER = 6.2;
/** Room of what stands before a name, and behind it. */
const SWATCH = 42;
const LEGEND_LINE = 18;

/** Text that may stand in an element or in an attribute. */
export function escapeText(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (letter) => names[letter] ?? letter);
}

/** An element; content is SVG already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): string {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? short(value) : value)}"`,
  );
  return `<${name}${list.join('')}>${content}</${name}>`;
}

/** What is shown when somebody points at a mark. */
export function tip(text: string): string {
  return element('title', {}, escapeText(text));
}

/** A text at a place. */
export function label(text: string, attributes: Readonly<Record<string, string | number>>): string {
  return element('text', attributes, escapeText(text));
}

/** A coordinate, to a hundredth. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A colour of the list, again from the start when there are more series. */
export function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? '#000';
}

/** A series as it is drawn: its marks, and how the legend shows it. */
export interface Drawn {
  readonly name: string;
  readonly marks: string;
  /** Lines are told apart by their dashes, too. */
  readonly isLine?: boolean;
}

/** Attributes of a line of a series; seven colours times seven dashes before one comes again. */
export function stroke(index: number): Readonly<Record<string, string | number>> {
  const dash = (index + Math.floor(index / COLOURS.length)) % DASHES.length;
  return { stroke: colour(index), 'stroke-width': 2, 'stroke-dasharray': DASHES[dash] ?? 'none' };
}

/**
 * A whole picture; the height grows with the legend. Each series is a group with its entry in the legend, so that
 * pointing at either can make the others pale.
 */
export function svg(
  chart: Chart,
  title: string,
  content: string,
  series: readonly Drawn[] = [],
): string {
  const column = SWATCH + LETTER * Math.max(0, ...series.map(({ name }) => name.length));
  const perRow = Math.max(1, Math.floor((chart.width - chart.left) / column));
  const height = chart.height + Math.ceil(series.length / perRow) * LEGEND_LINE + 6;
  const groups = series.map(({ name, marks, isLine }, index) => {
    const x = chart.left + (index % perRow) * column;
    const y = chart.height + Math.floor(index / perRow) * LEGEND_LINE + 8;
    const swatch =
      isLine === true
        ? element('line', { x1: x - 8, x2: x + 14, y1: y - 4, y2: y - 4, ...stroke(index) })
        : element('rect', { x, y: y - 9, width: 12, height: 10, fill: colour(index) });
    return element('g', { class: 'series' }, marks + swatch + label(name, { x: x + 18, y }));
  });
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${chart.width} ${height}`,
      role: 'img',
      'aria-label': title,
    },
    content + groups.join(''),
  );
}

/** The horizontal axis with ticks and its title. */
export function xAxis(chart: Chart, scale: AxisScale, title: string): string {
  const bottom = chart.height - chart.bottom;
  const ticks = scale.ticks.map(({ at, text }) => {
    const line = element('line', { class: 'grid', x1: at, x2: at, y1: chart.top, y2: bottom });
    return line + label(text, { x: at, y: bottom + 16, 'text-anchor': 'middle' });
  });
  const middle = (chart.left + chart.width - chart.right) / 2;
  const name = label(title, { x: middle, y: bottom + 34, 'text-anchor': 'middle', class: 'axis' });
  return ticks.join('') + name;
}

/** The vertical axis with ticks and its title. */
export function yAxis(chart: Chart, scale: AxisScale, title: string): string {
  const right = chart.width - chart.right;
  const ticks = scale.ticks.map(({ at, text }) => {
    const line = element('line', { class: 'grid', x1: chart.left, x2: right, y1: at, y2: at });
    return line + label(text, { x: chart.left - 6, y: at + 4, 'text-anchor': 'end' });
  });
  const name = label(title, { x: chart.left - 6, y: 14, class: 'axis' });
  return ticks.join('') + name;
}
