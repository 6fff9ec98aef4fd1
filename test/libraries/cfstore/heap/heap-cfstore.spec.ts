// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The store in the heap: the suite that it shares with the store without that limit.
 *
 * NON-TOCK: tests.
 */
import { describeCfstoreDriver } from '#conformance/cfstore-driver';
import { HeapCfstore } from '#libraries/cfstore/heap/heap-cfstore';
import { HARDENED } from '#libraries/cfstore/heap/mode';

describeCfstoreDriver('The store in the heap', (storage) => new HeapCfstore(storage, HARDENED), {
  durableAt: 'flush',
  readersSeeOld: false,
  longWrites: 'cut',
  seeksWrites: false,
});
