// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lamps and buttons on a chip's pins, and the LEDs and inputs that drivers see of them.
 *
 * NON-TOCK: the world outside a board.
 */
import type { ButtonPin } from '#capsules/core/button';
import { Lamp } from '#chips/silicon/lamp';
import { Led } from '#chips/silicon/led';
import type { Port } from '#chips/silicon/pin';
import { PushButton } from '#chips/silicon/push-button';

/** Which pins have what, and the level at which a lamp shines and a button is pressed. */
export interface PanelPins {
  readonly leds: readonly number[];
  readonly buttons: readonly number[];
  readonly active: 'high' | 'low';
}

/** Both sides of the panel: what drivers get, and what somebody in front of it does. */
export interface Panel {
  readonly leds: readonly Led[];
  readonly buttons: readonly ButtonPin[];
  readonly panel: { readonly lamps: readonly Lamp[]; readonly buttons: readonly PushButton[] };
}

/** Hangs lamps and buttons on pins. */
export function createPanel(port: Port, { leds, buttons, active }: PanelPins): Panel {
  const lamps = leds.map((pin) => {
    const lamp = new Lamp(active);
    port.pin(pin).connect(lamp);
    return lamp;
  });
  return {
    leds: leds.map((pin) => new Led(port.pin(pin), active)),
    buttons: buttons.map((pin) => ({ pin: port.pin(pin), activeLow: active === 'low' })),
    panel: { lamps, buttons: buttons.map((pin) => new PushButton(port.pin(pin), active)) },
  };
}
