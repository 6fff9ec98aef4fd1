// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A board with lights, buttons and random numbers, for scripts: an nRF52840 with four of each as on its DK.
 *
 * NON-TOCK: takes the place of a board in tests of drivers that need no other.
 */
import type { App, AppMain } from '#boards/board';
import { Loader } from '#boards/loader';
import { APP_MEMORY } from '#boards/nrf52840dk/memory';
import { ALARM_GRANT, AlarmDriver } from '#capsules/core/alarm';
import { BUTTON_GRANT, ButtonDriver } from '#capsules/core/button';
import { DriverNum } from '#capsules/core/driver';
import { LedDriver } from '#capsules/core/led';
import { RNG_GRANT, RngDriver } from '#capsules/core/rng';
import { StopFaultPolicy } from '#capsules/system/process-policies';
import { RoundRobin } from '#capsules/system/scheduler/round-robin';
import { blankCells, Nrf52840 } from '#chips/nrf52/chip';
import { Lamp } from '#chips/silicon/lamp';
import { Led } from '#chips/silicon/led';
import { PushButton } from '#chips/silicon/push-button';
import { Clock } from '#kernel/clock';
import { NRF52840_COSTS } from '#kernel/costs';
import { DeferredCalls } from '#kernel/deferred-call';
import { Kernel, type RunOutcome } from '#kernel/kernel';
import type { Process } from '#kernel/process-standard';
import { PROFILES, type ProfileName } from '#kernel/profile';
import type { SyscallDriver } from '#kernel/syscall-driver';
import { ms, type Nanoseconds } from '#kernel/time';

const LED_PINS = [13, 14, 15, 16];
const BUTTON_PINS = [11, 12, 24, 25];

/** What the board has of each. */
export interface SmallBoardOptions {
  readonly profile?: ProfileName;
  readonly seed?: number;
  /** Whether it has lights and buttons at all; default: it has. */
  readonly panel?: boolean;
}

/** Lights that can be seen, buttons that can be pressed. */
export class SmallBoard {
  readonly clock = new Clock();
  readonly kernel: Kernel;
  readonly lamps: readonly Lamp[];
  readonly buttons: readonly PushButton[];
  private readonly chip: Nrf52840;
  private readonly loader: Loader;
  private readonly drivers: Map<number, SyscallDriver>;

  constructor({ profile = '2.2', seed = 0, panel = true }: SmallBoardOptions = {}) {
    const { clock } = this;
    const deferredCalls = new DeferredCalls();
    const cells = blankCells();
    this.kernel = new Kernel({
      clock,
      deferredCalls,
      costs: NRF52840_COSTS,
      profile: PROFILES[profile],
    });
    this.chip = new Nrf52840({ clock, deferredCalls, cells, line: () => undefined, seed });
    const { gpio } = this.chip;
    this.lamps = LED_PINS.map(() => new Lamp('low'));
    for (const [index, lamp] of this.lamps.entries()) {
      gpio.pin(LED_PINS[index] ?? 0).connect(lamp);
    }
    this.buttons = BUTTON_PINS.map((pin) => new PushButton(gpio.pin(pin), 'low'));
    this.drivers = this.createDrivers(panel);
    this.loader = new Loader(this.kernel, cells.flash, APP_MEMORY, new StopFaultPolicy());
  }

  /** The lights as a number: bit n is light n. */
  get shown(): number {
    return this.lamps.reduce((bits, { lit }, index) => bits + (lit ? 2 ** index : 0), 0);
  }

  load(main: AppMain, app: Partial<App> = {}): Process {
    return this.loader.load({ name: 'script', main, ...app });
  }

  /** Does something at an instant, outside of all processes. */
  at(milliseconds: number, act: () => void): void {
    this.clock.schedule(ms(milliseconds), act);
  }

  run(until?: Nanoseconds): RunOutcome {
    return this.kernel.run(
      {
        syscallDriverLookup: { driver: (driverNum) => this.drivers.get(driverNum) },
        scheduler: new RoundRobin(),
        chip: this.chip,
      },
      until,
    );
  }

  private createDrivers(panel: boolean): Map<number, SyscallDriver> {
    const { kernel, chip } = this;
    const drivers = new Map<number, SyscallDriver>([
      [
        DriverNum.Alarm,
        new AlarmDriver(chip.rtc, kernel.createGrant(DriverNum.Alarm, ALARM_GRANT)),
      ],
      [DriverNum.Rng, new RngDriver(chip.rng, kernel.createGrant(DriverNum.Rng, RNG_GRANT))],
    ]);
    if (!panel) return drivers;
    const leds = LED_PINS.map((pin) => new Led(chip.gpio.pin(pin), 'low'));
    const pins = BUTTON_PINS.map((pin) => ({ pin: chip.gpio.pin(pin), activeLow: true }));
    const grant = kernel.createGrant(DriverNum.Button, BUTTON_GRANT);
    return drivers
      .set(DriverNum.Led, new LedDriver(leds))
      .set(DriverNum.Button, new ButtonDriver(pins, grant));
  }
}
