// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a study shows, as data: tables and pictures that a terminal, a page of HTML, CSV and JSON can draw.
 *
 * NON-TOCK: the simulator's own reports.
 */

/** What a cell holds; null: does not apply. */
export type Value = string | number | null;

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Of every number in the column: `ms`. */
  readonly unit?: string;
  /** Places behind the point; default 0. */
  readonly digits?: number;
}

/** Rows under columns. */
export interface Table {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** An axis; `log` is for values above zero. */
export interface Axis {
  readonly title: string;
  readonly scale?: 'linear' | 'log';
}

/** A named line through points, in the order of x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn as marks without a line: measured by somebody else, for instance. */
  readonly marks?: boolean;
}

/** Lines over a common x; a distribution is one, of the share of samples above each value. */
export interface Lines {
  readonly kind: 'lines';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** Bars side by side in groups, or one upon the other. */
export interface Bars {
  readonly kind: 'bars';
  readonly title: string;
  readonly y: Axis;
  readonly stacked: boolean;
  readonly groups: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** A map of cells: erasures of pages, for instance. */
export interface Heat {
  readonly kind: 'heat';
  readonly title: string;
  /** What a cell counts. */
  readonly unit: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Spans of time in lanes, µs. */
export interface TimeLine {
  readonly kind: 'timeline';
  readonly title: string;
  readonly lanes: readonly {
    readonly name: string;
    readonly spans: readonly {
      readonly from: number;
      readonly to: number;
      readonly label: string;
    }[];
  }[];
}

/** Something to draw. */
export type Picture = Lines | Bars | Heat | TimeLine;

/** Something to show. */
export type Exhibit = Table | Picture;
