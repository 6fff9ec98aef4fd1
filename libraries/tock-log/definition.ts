// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Tock's log under the contract that all stores share: circular and linear, hardened and as Tock has it.
 *
 * NON-TOCK: this project's own.
 */
import type { Claim } from '../store/claim.ts';
import type { LogDefinition, LogShape } from '../store/definition.ts';
import type { Geometry } from '../store/storage.ts';
import { CLAIM, LITERAL_CLAIM } from './claim.ts';
import { ENTRY_HEADER_SIZE, entrySize } from './format.ts';
import { HARDENED, LITERAL, type LogMode } from './mode.ts';
import { TockLog } from './tock-log.ts';

const LEAST_PAGES = 2;
const LEAST_PAGE_SIZE = 32;

/** What a log of a mode takes on a flash of some shape. */
export function shapeOf(
  { pageSize, numPages }: Geometry,
  mode: LogMode,
  circular: boolean,
): LogShape {
  const room = pageSize - mode.headerSize;
  // Of a circular log the page that is being written is at stake, whatever the mode.
  const pages = numPages - (circular ? 1 : mode.spare);
  return {
    maxEntryLength: room - ENTRY_HEADER_SIZE,
    minEntryLength: 1,
    unitsOf: entrySize,
    circular,
    // A page ends where the next entry does not fit: two in a row hold more than one has room for.
    retained: Math.floor(pages / 2) * (room + 1),
  };
}

interface Kind {
  readonly name: string;
  readonly description: string;
  readonly claim: Claim;
  readonly mode: LogMode;
  readonly circular: boolean;
}

function tockLog({ name, description, claim, mode, circular }: Kind): LogDefinition {
  return {
    kind: 'log',
    name,
    description,
    claim,
    complexity:
      'a boot reads the whole flash; an append is a copy in RAM, and writes a page when no more fits; so does a sync',
    defaults: { pageSize: 64, pages: 4 },
    refuses: ({ pageSize, numPages }) =>
      numPages >= LEAST_PAGES && pageSize >= LEAST_PAGE_SIZE && pageSize % 4 === 0
        ? undefined
        : `needs ${LEAST_PAGES} pages of ${LEAST_PAGE_SIZE} bytes at least, in whole words`,
    shape: (geometry) => shapeOf(geometry, mode, circular),
    open: (storage) => new TockLog(storage, { mode, circular }),
    recognises: (image, geometry) => isLog(image, geometry, mode),
  };
}

/** Whether a page of an image is a page of a log, with an entry in it. */
function isLog(image: Uint8Array, geometry: Geometry, mode: LogMode): boolean {
  const { pageSize, numPages } = geometry;
  for (let page = 0; page < numPages; page++) {
    const bytes = image.subarray(page * pageSize, (page + 1) * pageSize);
    const found = mode.open(bytes, page, geometry);
    if (found !== undefined && found.end > mode.headerSize) return true;
  }
  return false;
}

/** The log of Tock that gives up its oldest entries, hardened. */
export const TOCK_LOG = tockLog({
  name: 'tock-log',
  description: "Tock's circular log, hardened: a sync writes elsewhere, with a checksum",
  claim: CLAIM,
  mode: HARDENED,
  circular: true,
});

/** The one that is full some day, hardened. */
export const TOCK_LOG_LINEAR = tockLog({
  name: 'tock-log-linear',
  description: "Tock's linear log, hardened",
  claim: CLAIM,
  mode: HARDENED,
  circular: false,
});

/** As Tock has it. */
export const TOCK_LOG_LITERAL = tockLog({
  name: 'tock-log-literal',
  description: 'the same, page by page as Tock has it',
  claim: LITERAL_CLAIM,
  mode: LITERAL,
  circular: true,
});

/** The linear one as Tock has it. */
export const TOCK_LOG_LINEAR_LITERAL = tockLog({
  name: 'tock-log-linear-literal',
  description: "Tock's linear log as Tock has it",
  claim: LITERAL_CLAIM,
  mode: LITERAL,
  circular: false,
});
