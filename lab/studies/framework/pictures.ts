// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Pictures of a study as SVG.
 *
 * NON-TOCK: the simulator's own reports.
 */
import { scaleBand, scaleSequential } from 'd3-scale';
import { line } from 'd3-shape';
import { axisScale, CHART, type Chart } from './chart-scales.ts';
import type { Bars, Heat, Lines, Picture, TimeLine } from './exhibit.ts';
import { colour, element, label, LETTER, stroke, svg, tip, xAxis, yAxis } from './svg.ts';

/** Draws a picture; the same text for the same data. */
export function draw(picture: Picture): string {
  switch (picture.kind) {
    case 'lines':
      return lines(picture);
    case 'bars':
      return bars(picture);
    case 'heat':
      return heat(picture);
    case 'timeline':
      return timeLine(picture);
  }
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

const across = ({ left, width, right }: Chart): [number, number] => [left, width - right];
const upwards = ({ top, height, bottom }: Chart): [number, number] => [height - bottom, top];

function lines(picture: Lines): string {
  const points = picture.series.flatMap((series) => series.points);
  const x = axisScale(
    picture.x,
    points.map(([value]) => value),
    across(CHART),
  );
  const y = axisScale(
    picture.y,
    points.map(([, value]) => value),
    upwards(CHART),
  );
  const path = line<readonly [number, number]>(
    ([value]) => x.place(value),
    ([, value]) => y.place(value),
  ).digits(2);
  const drawn = picture.series.map((series, index) => {
    const isLine = series.marks !== true;
    const curve = isLine
      ? element('path', { d: path(series.points) ?? '', fill: 'none', ...stroke(index) })
      : '';
    const marks = series.points.map(([px, py]) =>
      element(
        'circle',
        {
          cx: x.place(px),
          cy: y.place(py),
          r: isLine ? 2 : 4,
          fill: colour(index),
        },
        tip(`${series.name}: ${picture.x.title} ${figure(px)}, ${picture.y.title} ${figure(py)}`),
      ),
    );
    return { name: series.name, marks: curve + marks.join(''), isLine };
  });
  const axes = xAxis(CHART, x, picture.x.title) + yAxis(CHART, y, picture.y.title);
  return svg(CHART, picture.title, axes, drawn);
}

const SLANT_DEGREES = 30;
const NAME_TOP = 14;

/** The size of a picture with the names of its groups below: aslant, unless they have room side by side. */
function chartOf(groups: readonly string[]): {
  readonly chart: Chart;
  readonly isSlanted: boolean;
} {
  const longest = LETTER * Math.max(0, ...groups.map(({ length }) => length));
  const isSlanted = longest > (CHART.width - CHART.left - CHART.right) / groups.length;
  if (!isSlanted) return { chart: { ...CHART, height: 320, bottom: 24 }, isSlanted };
  const angle = (SLANT_DEGREES * Math.PI) / 180;
  const bottom = Math.ceil(NAME_TOP + longest * Math.sin(angle)) + 6;
  const end = CHART.width - CHART.right;
  const lefts = groups.map(({ length }, index) => {
    // A name ends below the middle of its group and begins so far to the left of it.
    const share = (index + 0.5) / groups.length;
    return (length * LETTER * Math.cos(angle) - share * end) / (1 - share);
  });
  const left = Math.ceil(Math.max(CHART.left, ...lefts));
  return { chart: { ...CHART, height: 296 + bottom, bottom, left }, isSlanted };
}

function bars(picture: Bars): string {
  const { groups, series, stacked } = picture;
  const { chart, isSlanted } = chartOf(groups);
  const sums = groups.map((_, group) =>
    series.reduce((sum, { values }) => sum + (values[group] ?? 0), 0),
  );
  const tops = stacked ? sums : series.flatMap(({ values }) => values);
  const y = axisScale(picture.y, tops, upwards(chart));
  const x = scaleBand(
    groups.map((_, index) => index),
    across(chart),
  ).padding(0.2);
  const inner = stacked ? x.bandwidth() : x.bandwidth() / series.length;
  const floor = chart.height - chart.bottom;
  const below = groups.map(() => 0);
  const drawn = series.map(({ name, values }, index) => {
    const marks = groups.map((group, at) => {
      const value = values[at] ?? 0;
      const base = stacked ? (below[at] ?? 0) : 0;
      const bottom = stacked ? y.place(base) : floor;
      const top = y.place(base + value);
      below[at] = base + value;
      const left = (x(at) ?? 0) + (stacked ? 0 : index * inner);
      return element(
        'rect',
        { x: left, y: top, width: inner, height: Math.max(0, bottom - top), fill: colour(index) },
        tip(`${group}, ${name}: ${figure(value)} ${picture.y.title}`),
      );
    });
    return { name, marks: marks.join('') };
  });
  const names = groups.map((group, at) => {
    const middle = (x(at) ?? 0) + x.bandwidth() / 2;
    const place = { x: middle, y: floor + NAME_TOP };
    if (!isSlanted) return label(group, { ...place, 'text-anchor': 'middle' });
    const transform = `rotate(-${SLANT_DEGREES} ${middle} ${floor + NAME_TOP})`;
    return label(group, { ...place, 'text-anchor': 'end', transform });
  });
  const axes = yAxis(chart, y, picture.y.title) + names.join('');
  return svg(chart, picture.title, axes, drawn);
}

const HEAT_LINE = 24;
const HEAT_LEFT = 210;
/** Room that a column's heading takes. */
const HEAT_HEADING = 16;

function heat(picture: Heat): string {
  const { columns, rows } = picture;
  const chart: Chart = { ...CHART, height: 30 + rows.length * HEAT_LINE, left: HEAT_LEFT };
  const x = scaleBand(
    columns.map((_, index) => index),
    across(chart),
  ).padding(0.04);
  const drawn = rows.map(({ name, values }, row) => {
    const most = Math.max(1, ...values);
    const shade = scaleSequential([0, most], (share) => `hsl(24 90% ${short(96 - 56 * share)}%)`);
    const y = 24 + row * HEAT_LINE;
    const cells = values.map((value, index) =>
      element(
        'rect',
        { x: x(index) ?? 0, y, width: x.bandwidth(), height: HEAT_LINE - 3, fill: shade(value) },
        tip(`${name}, ${columns[index] ?? ''}: ${figure(value)} ${picture.unit}`),
      ),
    );
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    const bounds = least === greatest ? figure(least) : `${figure(least)}–${figure(greatest)}`;
    return label(`${name}: ${bounds}`, { x: 4, y: y + 15 }) + cells.join('');
  });
  const step = Math.ceil(HEAT_HEADING / Math.max(1, x.bandwidth()));
  const heads = columns.map((column, index) =>
    index % step === 0
      ? label(column, { x: (x(index) ?? 0) + x.bandwidth() / 2, y: 16, 'text-anchor': 'middle' })
      : '',
  );
  return svg(chart, picture.title, heads.join('') + drawn.join(''));
}

const short = (value: number): number => Math.round(value * 10) / 10;

const LANE = 34;
const LANE_LEFT = 130;

function timeLine(picture: TimeLine): string {
  const { lanes } = picture;
  const height = 24 + lanes.length * LANE + CHART.bottom;
  const chart: Chart = { ...CHART, height, left: LANE_LEFT };
  const ends = lanes.flatMap(({ spans }) => spans.map(({ to }) => to));
  const x = axisScale({ title: 'µs' }, ends, across(chart));
  const drawn = lanes.map(({ name, spans }, index) => {
    const y = chart.top + index * LANE;
    const blocks = spans.map(({ from, to, label: text }) =>
      element(
        'rect',
        {
          x: x.place(from),
          y: y + 4,
          width: Math.max(0.6, x.place(to) - x.place(from)),
          height: LANE - 10,
          fill: colour(index),
          stroke: '#fff',
          'stroke-width': 0.3,
        },
        tip(`${text}: ${figure(from)} to ${figure(to)} µs`),
      ),
    );
    return label(name, { x: 4, y: y + LANE / 2 + 4 }) + blocks.join('');
  });
  return svg(chart, picture.title, xAxis(chart, x, 'µs') + drawn.join(''));
}
