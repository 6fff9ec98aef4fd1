// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the tidy rules excuse, each with its reason: a rule without exceptions listed here has none.
 *
 * NON-TOCK: Tock's checks have no list like it.
 */

/** HIL interface files without a conformance suite of their own. */
export const WITHOUT_SUITE: Readonly<Record<string, string>> = {
  'kernel/hil/gpio.ts': 'one input pin, whose interrupt is tested with the button driver',
  'kernel/hil/led.ts': 'four methods without a completion; tested with the LED driver',
};

/** HIL interface files whose suite is called after the thing that it tests. */
export const SUITES: Readonly<Record<string, string>> = {
  'kernel/hil/time.ts': 'conformance/alarm.ts',
};

/** A source without a spec of its own, and the spec that covers it. */
export interface Covered {
  /** A file, or a folder with a slash at its end. */
  readonly path: string;
  readonly by: string;
  readonly reason: string;
}

/** Sources whose tests stand elsewhere. Files that compile to no code need no entry. */
export const COVERED: readonly Covered[] = [
  {
    path: 'lab/studies/',
    by: 'test/lab/studies/studies.spec.ts',
    reason: 'every study is run there, and its figures are checked and compared with its page',
  },
  {
    path: 'lab/studies/framework/workers.ts',
    by: 'test/cli/commands/study.spec.ts',
    reason: 'worker threads, run by the command with one and with three',
  },
  {
    path: 'lab/studies/framework/worker.ts',
    by: 'test/cli/commands/study.spec.ts',
    reason: 'runs in a worker thread',
  },
  {
    path: 'cli/jobs.ts',
    by: 'test/cli/commands/study.spec.ts',
    reason: 'an option of that command and of study workload',
  },
  {
    path: 'cli/inspect/region.ts',
    by: 'test/cli/commands/inspect.spec.ts',
    reason: 'what is refused of a dump, and where a store is looked for',
  },
  {
    path: 'cli/jobs.ts',
    by: 'test/cli/commands/study.spec.ts',
    reason: 'an option of that command and of study workload',
  },
  {
    path: 'cli/commands/study-calibrate.ts',
    by: 'test/cli/commands/study.spec.ts',
    reason: 'a subcommand of it',
  },
  {
    path: 'cli/costs.ts',
    by: 'test/cli/commands/study.spec.ts',
    reason: 'reads and refuses a cost model, as two commands do',
  },
  {
    path: 'kernel/callback.ts',
    by: 'test/kernel/swap-by-capsule.spec.ts',
    reason: 'what capsules hold, in each design',
  },
  {
    path: 'kernel/enforcement.ts',
    by: 'test/kernel/callback-rules.spec.ts',
    reason: 'each reaction to a violation',
  },
  {
    path: 'kernel/mem.ts',
    by: 'test/kernel/driver-lookup.spec.ts',
    reason: 'the slices of 1.x',
  },
  {
    path: 'boards/earlgrey/memory.ts',
    by: 'test/boards/earlgrey/main.spec.ts',
    reason: 'data of the board',
  },
  {
    path: 'boards/board.ts',
    by: 'test/boards/loader.spec.ts',
    reason: 'interfaces, and the default id that the loader gives',
  },
  {
    path: 'libraries/cfstore/driver-map.ts',
    by: 'test/libraries/cfstore/heap/definition.spec.ts',
    reason: 'every change of the map goes through it',
  },
  {
    path: 'libraries/cfstore/driver.ts',
    by: 'test/libraries/cfstore/heap/heap-cfstore.spec.ts',
    reason: 'an interface, and numbers that the suite of calls names',
  },
  {
    path: 'libraries/cfstore/heap/claim.ts',
    by: 'test/libraries/cfstore/heap/definition.spec.ts',
    reason: 'the laboratory judges against it there',
  },
  {
    path: 'libraries/cfstore/heap/handles.ts',
    by: 'test/libraries/cfstore/heap/heap-cfstore.spec.ts',
    reason: 'the pool and what it is for, together',
  },
  {
    path: 'libraries/cfstore/heap/mode.ts',
    by: 'test/libraries/cfstore/heap/literal.spec.ts',
    reason: 'data; each line has its test there',
  },
  {
    path: 'libraries/cfstore/ring/definition.ts',
    by: 'test/libraries/cfstore/ring/ring-cfstore.spec.ts',
    reason: 'the laboratory runs it there',
  },
  {
    path: 'libraries/cfstore/ring/ring-addresses.ts',
    by: 'test/libraries/cfstore/ring/ring-cfstore.spec.ts',
    reason: 'places and the store that uses them, together',
  },
  {
    path: 'libraries/cfstore/spares/claim.ts',
    by: 'test/libraries/cfstore/spares/spare-cfstore.spec.ts',
    reason: 'the laboratory judges against it there',
  },
  {
    path: 'libraries/cfstore/spares/definition.ts',
    by: 'test/libraries/cfstore/spares/spare-cfstore.spec.ts',
    reason: 'the laboratory runs it there',
  },
  {
    path: 'libraries/cfstore/spares/spare-addresses.ts',
    by: 'test/libraries/cfstore/spares/spare-cfstore.spec.ts',
    reason: 'tables, heads and the repair that needs them, together',
  },
  {
    path: 'libraries/naive-store/claim.ts',
    by: 'test/libraries/naive-store/naive-store.spec.ts',
    reason: 'the store and what it claims, together',
  },
  {
    path: 'libraries/store/storage.ts',
    by: 'test/libraries/store/flash-steps.spec.ts',
    reason: 'at once and deferred, both ways',
  },
  {
    path: 'libraries/store/run-at-once.ts',
    by: 'test/libraries/store/flash-steps.spec.ts',
    reason: 'runs everything there',
  },
  {
    path: 'libraries/naive-store/definition.ts',
    by: 'test/lab/crash/stores/index.spec.ts',
    reason: 'every store, one suite',
  },
  {
    path: 'libraries/naive-store/format.ts',
    by: 'test/libraries/naive-store/naive-store.spec.ts',
    reason: 'the store and its bits, together',
  },
  {
    path: 'libraries/tinyos/log-claim.ts',
    by: 'test/libraries/tinyos/log-cuts.spec.ts',
    reason: 'the laboratory judges against it there',
  },
  {
    path: 'libraries/tinyos/log-mode.ts',
    by: 'test/libraries/tinyos/log-storage.spec.ts',
    reason: 'each test runs in both modes',
  },
  {
    path: 'libraries/tinyos/log-units.ts',
    by: 'test/libraries/tinyos/log-storage.spec.ts',
    reason: 'units, reader and log, together',
  },
  {
    path: 'libraries/tinyos/log-reader.ts',
    by: 'test/libraries/tinyos/log-storage.spec.ts',
    reason: 'units, reader and log, together',
  },
  {
    path: 'libraries/cfstore/config.ts',
    by: 'test/libraries/cfstore/journal.spec.ts',
    reason: 'slots, rooms and limits are what its stores are made with',
  },
  {
    path: 'libraries/cfstore/records.ts',
    by: 'test/libraries/cfstore/cfstore.spec.ts',
    reason: 'every operation walks records',
  },
  {
    path: 'libraries/cfstore/handles.ts',
    by: 'test/libraries/cfstore/opening.spec.ts',
    reason: 'the pool is what opens take places of',
  },
  {
    path: 'libraries/cfstore/flush.ts',
    by: 'test/libraries/cfstore/recovery.spec.ts',
    reason: 'flushed and cut there',
  },
  {
    path: 'libraries/cfstore/slot-flash.ts',
    by: 'test/libraries/cfstore/journal.spec.ts',
    reason: 'slots of blocks apart, on pages of unlike size',
  },
  {
    path: 'libraries/cfstore/slot-addresses.ts',
    by: 'test/libraries/cfstore/journal.spec.ts',
    reason: 'slots of blocks apart, on pages of unlike size',
  },
  {
    path: 'libraries/cfstore/slot-format.ts',
    by: 'test/libraries/cfstore/format.spec.ts',
    reason: 'heads and tails beside the records',
  },
  {
    path: 'libraries/cfstore/claim.ts',
    by: 'test/libraries/cfstore/definition.spec.ts',
    reason: 'the suite of all stores judges against it',
  },
  {
    path: 'libraries/cfstore/driver.ts',
    by: 'test/libraries/cfstore/opening.spec.ts',
    reason: 'an interface and its numbers',
  },
  {
    path: 'libraries/tock-log/claim.ts',
    by: 'test/libraries/tock-log/cuts.spec.ts',
    reason: 'the laboratory judges against it there',
  },
  {
    path: 'libraries/tock-log/format.ts',
    by: 'test/libraries/tock-log/tock-log.spec.ts',
    reason: 'the log and its bytes, together',
  },
  {
    path: 'libraries/tock-log/mode.ts',
    by: 'test/libraries/tock-log/tock-log.spec.ts',
    reason: 'each test runs in both modes',
  },
  {
    path: 'libraries/tinyos/config-areas.ts',
    by: 'test/libraries/tinyos/config-storage.spec.ts',
    reason: 'the storage on top of it tests every walk and every end',
  },
  {
    path: 'libraries/tinyos/config-claim.ts',
    by: 'test/libraries/tinyos/config-cuts.spec.ts',
    reason: 'the laboratory judges against it there',
  },
  {
    path: 'libraries/tinyos/config-live.ts',
    by: 'test/libraries/tinyos/config-storage.spec.ts',
    reason: 'a part of the storage; its cuts are in config-cuts.spec.ts',
  },
  {
    path: 'libraries/noodle/cbor.ts',
    by: 'test/libraries/noodle/element.spec.ts',
    reason: 'what keys and values of elements are made of',
  },
  {
    path: 'libraries/noodle/seal.ts',
    by: 'test/libraries/noodle/element.spec.ts',
    reason: 'golden seals beside golden bytes',
  },
  {
    path: 'libraries/noodle/rules.ts',
    by: 'test/libraries/noodle/literal.spec.ts',
    reason: 'data; what each variant makes of it',
  },
  {
    path: 'libraries/noodle/claim.ts',
    by: 'test/libraries/noodle/literal.spec.ts',
    reason: 'the laboratory judges by it there',
  },
  {
    path: 'libraries/noodle/definition.ts',
    by: 'test/libraries/noodle/noodle-map.spec.ts',
    reason: 'opens the map there',
  },
  {
    path: 'libraries/noodle/format.ts',
    by: 'test/libraries/noodle/noodle-map.spec.ts',
    reason: 'sizes, as closed forms and limits of the map',
  },
  {
    path: 'libraries/sequential-storage/claim.ts',
    by: 'test/libraries/sequential-storage/cuts.spec.ts',
    reason: 'what is claimed is what is cut there',
  },
  {
    path: 'libraries/sequential-storage/checksums.ts',
    by: 'test/libraries/sequential-storage/format.spec.ts',
    reason: 'both checksums are parts of the headers there',
  },
  {
    path: 'libraries/sequential-storage/items.ts',
    by: 'test/libraries/sequential-storage/queue.spec.ts',
    reason: 'walks, torn and popped items, by what the stores show',
  },
  {
    path: 'libraries/sequential-storage/pages.ts',
    by: 'test/libraries/sequential-storage/queue.spec.ts',
    reason: 'states of pages, by what the stores do to them',
  },
  {
    path: 'libraries/sequential-storage/tail.ts',
    by: 'test/libraries/sequential-storage/queue.spec.ts',
    reason: 'where items are appended, and where not',
  },
  {
    path: 'libraries/sequential-storage/key-cache.ts',
    by: 'test/libraries/sequential-storage/page-cache.spec.ts',
    reason: 'what all caches save, together',
  },
  {
    path: 'libraries/tickv/claim.ts',
    by: 'test/lab/crash/stores/tickv.spec.ts',
    reason: 'what it claims, cut by cut',
  },
  {
    path: 'libraries/tickv/codes.ts',
    by: 'test/libraries/tickv/tickv.spec.ts',
    reason: 'how its operations end',
  },
  {
    path: 'libraries/tickv/objects.ts',
    by: 'test/libraries/tickv/tickv.spec.ts',
    reason: 'what its operations are made of',
  },
  {
    path: 'capsules/extra/kv-on-steps.ts',
    by: 'test/capsules/extra/tickv-kv-store.spec.ts',
    reason: 'with the store under it, one suite',
  },
  {
    path: 'capsules/extra/tinyos-volume.ts',
    by: 'test/capsules/extra/tinyos-direct-storage.spec.ts',
    reason: 'with the storages that share it, their suites',
  },
  {
    path: 'lab/crash/branches.ts',
    by: 'test/lab/crash/explore.spec.ts',
    reason: 'counted as a whole: calls, subsets, depth',
  },
  {
    path: 'lab/crash/judge.ts',
    by: 'test/lab/crash/explore.spec.ts',
    reason: 'what is excused and what is not, over whole runs',
  },
  {
    path: 'lab/crash/report.ts',
    by: 'test/lab/crash/explore.spec.ts',
    reason: 'reports add up there',
  },
  {
    path: 'lab/crash/shard.ts',
    by: 'test/lab/crash/explore.spec.ts',
    reason: 'shards against the whole',
  },
  {
    path: 'lab/crash/verdict.ts',
    by: 'test/lab/crash/oracle.spec.ts',
    reason: 'words; each is given there',
  },
  {
    path: 'lab/crash/cut-model.ts',
    by: 'test/lab/crash/crash-case.spec.ts',
    reason: 'sets of bits as a case has them',
  },
  {
    path: 'lab/crash/parts.ts',
    by: 'test/lab/crash/disturbance.spec.ts',
    reason: 'options, and what they bring about',
  },
  {
    path: 'lab/crash/story.ts',
    by: 'test/lab/crash/play.spec.ts',
    reason: 'stories are played there',
  },
  {
    path: 'lab/crash/replay.ts',
    by: 'test/lab/crash/play.spec.ts',
    reason: 'shows what is played',
  },
  {
    path: 'lab/crash/shrink.ts',
    by: 'test/lab/crash/play.spec.ts',
    reason: 'asks for what is played',
  },
  {
    path: 'lab/crash/first-violation.ts',
    by: 'test/tools/mutate-store.spec.ts',
    reason: 'finds the bugs that are put in there',
  },
  {
    path: 'lab/crash/stores/persistent-log-auditor.ts',
    by: 'test/lab/crash/stores/persistent-auditor.spec.ts',
    reason: 'half of the auditor',
  },
  {
    path: 'lab/crash/stores/persistent-session.ts',
    by: 'test/lab/crash/stores/persistent-auditor.spec.ts',
    reason: 'a store booted again against a new one',
  },
  {
    path: 'lab/crash/stores/persistent.ts',
    by: 'test/lab/crash/stores/index.spec.ts',
    reason: 'every adapter, one suite',
  },
  {
    path: 'lab/crash/store-adapter.ts',
    by: 'test/lab/crash/stores/index.spec.ts',
    reason: 'interfaces, and two lines that all adapters use',
  },
  {
    path: 'lab/crash/stores/map-workload.ts',
    by: 'test/lab/crash/stores/index.spec.ts',
    reason: 'the workloads of every adapter',
  },
  {
    path: 'lab/report/store-content.ts',
    by: 'test/lab/demo/demonstration.spec.ts',
    reason: 'compares the stores of all boards there',
  },
  {
    path: 'apps/cfstore.ts',
    by: 'test/scenarios/cfstore-boards.spec.ts',
    reason: 'on both boards, over every flash interface and store',
  },
  {
    path: 'capsules/extra/cfstore-kvbufs.ts',
    by: 'test/capsules/extra/cfstore.spec.ts',
    reason: 'what the store keeps of its clients',
  },
  {
    path: 'capsules/extra/cfstore-user.ts',
    by: 'test/capsules/extra/cfstore.spec.ts',
    reason: 'the store, as a client sees it',
  },
  {
    path: 'capsules/extra/cfstore-steps.ts',
    by: 'test/capsules/extra/cfstore.spec.ts',
    reason: 'each request goes through there',
  },
  {
    path: 'capsules/extra/cfstore-operations.ts',
    by: 'test/capsules/extra/cfstore-driver.spec.ts',
    reason: 'one half of the driver',
  },
  {
    path: 'capsules/extra/cfstore-status.ts',
    by: 'test/capsules/extra/cfstore-driver.spec.ts',
    reason: 'errors, where they arise',
  },
  {
    path: 'apps/kv.ts',
    by: 'test/apps/ticker.spec.ts',
    reason: 'bundled apps together',
  },
  {
    path: 'capsules/extra/kv-store-permissions.ts',
    by: 'test/capsules/extra/map-kv-store.spec.ts',
    reason: 'with and without permissions, one suite',
  },
  {
    path: 'capsules/extra/store-reads.ts',
    by: 'test/capsules/extra/map-kv-store.spec.ts',
    reason: 'charges what a store reads',
  },
  {
    path: 'lab/crash/blades/clients.ts',
    by: 'test/lab/crash/blades/campaign.spec.ts',
    reason: 'each of them runs undisturbed on each board there',
  },
  {
    path: 'lab/crash/blades/moment.ts',
    by: 'test/lab/crash/blades/campaign.spec.ts',
    reason: 'the words of a finding',
  },
  {
    path: 'lab/crash/blades/trial.ts',
    by: 'test/lab/crash/blades/campaign.spec.ts',
    reason: 'one run of a campaign',
  },
  {
    path: 'lab/crash/board/churn.ts',
    by: 'test/lab/crash/board/cuts.spec.ts',
    reason: 'the workload of every device there',
  },
  {
    path: 'lab/crash/board/counter.ts',
    by: 'test/lab/crash/board/cuts.spec.ts',
    reason: 'runs on every device there',
  },
  {
    path: 'lab/crash/board/device.ts',
    by: 'test/lab/crash/board/cuts.spec.ts',
    reason: 'the device whose power is cut',
  },
  {
    path: 'lab/crash/board/report.ts',
    by: 'test/lab/crash/board/cuts.spec.ts',
    reason: 'sums up the campaigns there',
  },
  {
    path: 'boards/components/',
    by: 'test/boards/nrf52840dk/main.spec.ts',
    reason: 'wiring, which boards run',
  },
  {
    path: 'bench/',
    by: 'test/bench/table.spec.ts',
    reason: 'rows are measurements; what judges them is tested',
  },
  {
    path: 'apps/authenticator.ts',
    by: 'test/scenarios/key-life.spec.ts',
    reason: 'lives whole lives there',
  },
  {
    path: 'apps/hello.ts',
    by: 'test/apps/ticker.spec.ts',
    reason: 'bundled apps together',
  },
  {
    path: 'apps/alarms.ts',
    by: 'test/apps/ticker.spec.ts',
    reason: 'bundled apps together',
  },
  {
    path: 'apps/storage.ts',
    by: 'test/apps/flash.spec.ts',
    reason: 'the apps over flash together',
  },
  {
    path: 'apps/libtock/answers.ts',
    by: 'test/apps/profiles.spec.ts',
    reason: 'each decoding meets the kernel that it is for',
  },
  {
    path: 'lab/swap/return-code-page.ts',
    by: 'test/lab/swap/pages.spec.ts',
    reason: 'pages of doc/ together',
  },
  {
    path: 'apps/libtock/app-flash.ts',
    by: 'test/apps/libtock/flash-drivers.spec.ts',
    reason: 'three drivers on one board',
  },
  {
    path: 'apps/libtock/flash.ts',
    by: 'test/apps/libtock/flash-drivers.spec.ts',
    reason: 'three drivers on one board',
  },
  {
    path: 'apps/libtock/nonvolatile-storage.ts',
    by: 'test/apps/libtock/flash-drivers.spec.ts',
    reason: 'three drivers on one board',
  },
  {
    path: 'apps/libtock/alarm.ts',
    by: 'test/capsules/core/alarm.spec.ts',
    reason: 'driver and library, both ends of one boundary',
  },
  {
    path: 'apps/libtock/console.ts',
    by: 'test/capsules/core/console.spec.ts',
    reason: 'driver and library, both ends of one boundary',
  },
  {
    path: 'apps/libtock/led.ts',
    by: 'test/apps/libtock/small-drivers.spec.ts',
    reason: 'the three small drivers on one board',
  },
  {
    path: 'apps/libtock/button.ts',
    by: 'test/apps/libtock/small-drivers.spec.ts',
    reason: 'the three small drivers on one board',
  },
  {
    path: 'apps/libtock/rng.ts',
    by: 'test/apps/libtock/small-drivers.spec.ts',
    reason: 'the three small drivers on one board',
  },
  {
    path: 'apps/libtock/low-level-debug.ts',
    by: 'test/capsules/core/low-level-debug.spec.ts',
    reason: 'driver and library, both ends of one boundary',
  },
  {
    path: 'apps/unittest/fake-machine.ts',
    by: 'test/apps/unittest/fake-kernel.spec.ts',
    reason: 'the other half of the fake kernel',
  },
  {
    path: 'apps/unittest/fake-driver.ts',
    by: 'test/apps/unittest/fake-kernel.spec.ts',
    reason: 'an interface, and answers that drivers there give',
  },
  {
    path: 'apps/libtock/buffer.ts',
    by: 'test/apps/libtock/libtock.spec.ts',
    reason: 'what malloc hands out',
  },
  {
    path: 'boards/index.ts',
    by: 'test/cli/run.spec.ts',
    reason: 'chosen by name',
  },
  {
    path: 'boards/nrf52840dk/memory.ts',
    by: 'test/boards/nrf52840dk/main.spec.ts',
    reason: 'data',
  },
  {
    path: 'capsules/core/driver.ts',
    by: 'test/tidy/documents.spec.ts',
    reason: 'numbers, compared with the pages',
  },
  {
    path: 'capsules/extra/persistent-store-operations.ts',
    by: 'test/capsules/extra/persistent-store-driver.spec.ts',
    reason: 'one half of the driver',
  },
  {
    path: 'capsules/extra/process-copy.ts',
    by: 'test/capsules/extra/flash-driver.spec.ts',
    reason: 'what the drivers over flash copy with',
  },
  {
    path: 'cli/commands/run.ts',
    by: 'test/cli/run.spec.ts',
    reason: 'options of a run; the run is tested whole',
  },
  {
    path: 'cli/run/',
    by: 'test/cli/run.spec.ts',
    reason: 'the stages of one run, tested whole',
  },
  {
    path: 'cli/crash/',
    by: 'test/cli/commands/crash.spec.ts',
    reason: 'the stages of one campaign, tested whole',
  },
  {
    path: 'lab/crash/jobs/',
    by: 'test/lab/crash/jobs/campaign.spec.ts',
    reason: 'a pool and its worker, tested by what they find together',
  },
  {
    path: 'cli/help.ts',
    by: 'test/cli/main.spec.ts',
    reason: 'a piece of every help text',
  },
  {
    path: 'cli/lists.ts',
    by: 'test/cli/main.spec.ts',
    reason: 'printed by --list',
  },
  {
    path: 'cli/program.ts',
    by: 'test/cli/main.spec.ts',
    reason: 'the tree of commands that main parses with',
  },
  {
    path: 'cli/usage-error.ts',
    by: 'test/cli/main.spec.ts',
    reason: 'exit codes, tested where they arise',
  },
  {
    path: 'cli/version.ts',
    by: 'test/cli/main.spec.ts',
    reason: 'printed by --version',
  },
  {
    path: 'cli/tocksim.ts',
    by: 'test/cli/executable.spec.ts',
    reason: 'the executable: started as a process of its own',
  },
  {
    path: 'cli/typescript-hook.ts',
    by: 'test/cli/app-file.spec.ts',
    reason: 'registered and used by app-file',
  },
  {
    path: 'cli/start.ts',
    by: 'test/lab/demo/demonstration.spec.ts',
    reason: 'reads two files and prints what the demonstration says',
  },
  {
    path: 'lab/swap/',
    by: 'test/lab/swap/matrix.spec.ts',
    reason: 'each cell of the matrix plays the script before one of the capsules',
  },
  {
    path: 'lab/demo/',
    by: 'test/lab/demo/demonstration.spec.ts',
    reason: 'the acts of one demonstration, tested whole',
  },
  {
    path: 'lab/run/commands.ts',
    by: 'test/lab/run/power-cycles.spec.ts',
    reason: 'the sums of a replay, tested with it',
  },
  {
    path: 'lab/studies/workload/at-storage.ts',
    by: 'test/lab/studies/workload/figures.spec.ts',
    reason: 'one of two levels, held against the other and the reference',
  },
  {
    path: 'lab/studies/workload/worker.ts',
    by: 'test/lab/studies/workload/run-cells.spec.ts',
    reason: 'runs in a worker thread',
  },
  {
    path: 'lab/studies/workload/on-board.ts',
    by: 'test/lab/studies/workload/figures.spec.ts',
    reason: 'the other level',
  },
  {
    path: 'lab/studies/workload/cell.ts',
    by: 'test/lab/studies/workload/sweep.spec.ts',
    reason: 'what a sweep makes',
  },
  {
    path: 'lab/studies/workload/parts.ts',
    by: 'test/lab/studies/workload/sweep.spec.ts',
    reason: 'a registry, run through there; its doubts in report.spec.ts',
  },
  {
    path: 'lab/studies/framework/checked-json.ts',
    by: 'test/lab/studies/workload/part-file.spec.ts',
    reason: 'what both kinds of JSON files are refused with',
  },
  {
    path: 'lab/studies/workload/completion.ts',
    by: 'test/lab/studies/workload/read.spec.ts',
    reason: 'the forms of a workload together',
  },
  {
    path: 'lab/studies/workload/csv.ts',
    by: 'test/lab/studies/workload/read.spec.ts',
    reason: 'the forms of a workload together',
  },
  {
    path: 'lab/trace/driver-names.ts',
    by: 'test/lab/trace/words.spec.ts',
    reason: 'names that the words of a system call use',
  },
  {
    path: 'lab/trace/formats.ts',
    by: 'test/cli/run.spec.ts',
    reason: 'which form a file gets',
  },
  {
    path: 'lab/trace/formatter.ts',
    by: 'test/lab/trace/transcript.spec.ts',
    reason: 'an interface, and a loop that every form is tested with',
  },
  {
    path: 'libraries/persistent-store/',
    by: 'test/libraries/persistent-store/replay.spec.ts',
    reason: 'the golden vectors go through every step of the algorithm, with exact counts',
  },
  {
    path: 'chips/silicon/led.ts',
    by: 'test/chips/nrf52/gpio.spec.ts',
    reason: 'tested with the pin and the lamp that it joins',
  },
  {
    path: 'chips/nrf52/registers/map.ts',
    by: 'test/chips/nrf52/registers/nvmc.spec.ts',
    reason: 'offsets, tested by what the registers do',
  },
  {
    path: 'chips/nrf52/timing.ts',
    by: 'test/chips/nrf52/chip.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/nrf52/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/lowrisc/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, held against the controller',
  },
  {
    path: 'libraries/tinyos/block-definition.ts',
    by: 'test/libraries/stores.spec.ts',
    reason: 'the contract, and the claim',
  },
  {
    path: 'chips/serial-nor/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/parallel-nor/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/nand/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/kinetis/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/stm32f4/parts.ts',
    by: 'test/chips/silicon/part-sheet.spec.ts',
    reason: 'figures, tested with their marks',
  },
  {
    path: 'chips/lowrisc/interrupts.ts',
    by: 'test/chips/earlgrey/chip.spec.ts',
    reason: 'numbers, tested by the order of service',
  },
  {
    path: 'chips/silicon/compare-alarm.ts',
    by: 'test/chips/nrf52/rtc.spec.ts',
    reason: 'the common part of two timers that pass the suite',
  },
  {
    path: 'chips/silicon/random-words.ts',
    by: 'test/chips/nrf52/rng.spec.ts',
    reason: 'the common part of two sources that pass the suite',
  },
  {
    path: 'chips/silicon/serial-port.ts',
    by: 'test/chips/nrf52/uart.spec.ts',
    reason: 'the common part of two ports that pass the suite',
  },
  {
    path: 'chips/silicon/pin.ts',
    by: 'test/chips/nrf52/gpio.spec.ts',
    reason: 'the common part of two GPIO ports',
  },
  {
    path: 'chips/lowrisc/registers/flash-map.ts',
    by: 'test/chips/lowrisc/registers/flash-ctrl.spec.ts',
    reason: 'offsets and bits, tested by what the registers do',
  },
  {
    path: 'chips/silicon/lamp.ts',
    by: 'test/chips/nrf52/gpio.spec.ts',
    reason: 'tested on the pin that lights it',
  },
  {
    path: 'chips/silicon/push-button.ts',
    by: 'test/chips/nrf52/gpio.spec.ts',
    reason: 'tested on the pin that it pulls',
  },
];

/** What a store says of itself, which `test/libraries/stores.spec.ts` holds against the contract for every one of them. */
export const CONTRACTED = /^libraries\/[\w-]+\/(claim|definition|format)\.ts$/;

/** Modules that are started or handed out, not imported. */
export const ENTRY_POINTS: readonly RegExp[] = [
  /^cli\/(tocksim|start|typescript-hook)\.ts$/,
  /^bench\/run\.ts$/,
  /^lab\/swap\/page\.ts$/, // Makes a page of doc/, which its test writes.
  /^conformance\/[\w-]+\.ts$/, // Exported to users.
  /^apps\/[\w-]+\.ts$/, // Loaded by name.
  /^apps\/unittest\/[\w-]+\.ts$/, // Exported to users.
  /^libraries\/persistent-store\/(concat|linear|segmented-storage|extensions\/\w+-migration)\.ts$/, // Exported to users.
];
