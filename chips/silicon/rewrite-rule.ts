// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The rule of DataFlash parts that each page of a sector is to be written again within so many operations in it.
 *
 * NON-TOCK: data. below any register. What is overdue may lose bits by the disturbance that the others caused.
 */
/** Counts programs and erasures of pages, sector by sector. */
export class RewriteRule {
  /** Operations in each sector, and how many these were when each page was last written or erased. */
  private readonly operations: number[] = [];
  private readonly last: number[];

  /** `within`: operations in a sector of so many pages after which a page that was not written is overdue. */
  constructor(
    pages: number,
    private readonly sectorPages: number,
    private readonly within: number,
  ) {
    this.last = Array.from({ length: pages }, () => 0);
  }

  /** A page was programmed, or erased, or both at once. */
  note(page: number): void {
    const sector = Math.floor(page / this.sectorPages);
    const count = (this.operations[sector] ?? 0) + 1;
    this.operations[sector] = count;
    this.last[page] = count;
  }

  /** Operations in its sector since a page was last written or erased. */
  since(page: number): number {
    const sector = Math.floor(page / this.sectorPages);
    return (this.operations[sector] ?? 0) - (this.last[page] ?? 0);
  }

  /** Pages that are overdue, the lowest first. */
  overdue(): number[] {
    return [...this.last.keys()].filter((page) => this.since(page) > this.within);
  }
}
