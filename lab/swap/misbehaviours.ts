// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The rows of the matrix, by number. NON-TOCK: each is a capsule that misbehaves, in a file of its own. */
import { KEEPS } from './capsules/01-keeps.ts';
import { GIVES_FOREIGN } from './capsules/02-gives-foreign.ts';
import { GIVES_OTHER_NUMBER } from './capsules/03-gives-other-number.ts';
import { GIVES_NULL } from './capsules/04-gives-null.ts';
import { REFUSES_WITH_ANOTHER } from './capsules/05-refuses-with-another.ts';
import { GIVES_TWICE } from './capsules/06-gives-twice.ts';
import { STORES_AND_REFUSES } from './capsules/07-stores-and-refuses.ts';
import { DROPS_THE_NEW } from './capsules/08-drops-the-new.ts';
import { EXCHANGES_NUMBERS } from './capsules/09-exchanges-numbers.ts';
import { EXCHANGES_PROCESSES } from './capsules/10-exchanges-processes.ts';
import { KEEPS_AT_UNALLOW } from './capsules/11-keeps-at-unallow.ts';
import { CONFUSES_PLACES } from './capsules/12-confuses-places.ts';
import { REFUSES } from './capsules/13-refuses.ts';
import { SCHEDULES_WRONGLY } from './capsules/14-schedules-wrongly.ts';
import { NEVER_OR_ALWAYS } from './capsules/15-never-or-always.ts';
import { SERVES_ANOTHER } from './capsules/16-serves-another.ts';
import { CACHES } from './capsules/17-caches.ts';
import { CALLS_BACK_INSIDE } from './capsules/18-calls-back-inside.ts';
import { WRONG_GRANTS } from './capsules/19-wrong-grants.ts';
import type { Misbehaviour } from './capsules/misbehaviour.ts';

/** All nineteen. */
export const MISBEHAVIOURS: readonly Misbehaviour[] = [
  KEEPS,
  GIVES_FOREIGN,
  GIVES_OTHER_NUMBER,
  GIVES_NULL,
  REFUSES_WITH_ANOTHER,
  GIVES_TWICE,
  STORES_AND_REFUSES,
  DROPS_THE_NEW,
  EXCHANGES_NUMBERS,
  EXCHANGES_PROCESSES,
  KEEPS_AT_UNALLOW,
  CONFUSES_PLACES,
  REFUSES,
  SCHEDULES_WRONGLY,
  NEVER_OR_ALWAYS,
  SERVES_ANOTHER,
  CACHES,
  CALLS_BACK_INSIDE,
  WRONG_GRANTS,
];
