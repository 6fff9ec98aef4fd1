// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which interventions there are for a run: each blade at each moment, and each interrupt at each.
 *
 * NON-TOCK. An interrupt may come as soon as it can, and as late as one likes: it is moved to every moment
 * between what caused it and when it was meant, and to those that follow. Times between two moments are
 * the same to the kernel as the later one.
 */
import { BLADES, type Blade, type Intervention, type Observation } from './trial.ts';
import { ns } from '#kernel/time';

/** Every kind of intervention. */
export const KINDS = [...BLADES, 'interrupt'] as const;
/** One of them. */
export type InterventionKind = (typeof KINDS)[number];

/** All that can be done to a run like the undisturbed one, in order. */
export function plan(
  undisturbed: Observation,
  kinds: readonly InterventionKind[] = KINDS,
): Intervention[] {
  return kinds.flatMap((kind) =>
    kind === 'interrupt' ? interrupts(undisturbed) : blade(undisturbed, kind),
  );
}

function blade({ moments }: Observation, kind: Blade): Intervention[] {
  return moments.map((_, moment) => ({ kind, moment }));
}

/** Moments after the one that was meant to which an interrupt is put off. */
const LATE_MOMENTS = 12;

function interrupts({ moments, events }: Observation): Intervention[] {
  const instants = [...new Set(moments.map(({ time }) => time))];
  return events.flatMap(({ from, meant }, event) => {
    const late = instants.findIndex((instant) => instant > meant);
    const end = late < 0 ? instants.length : late + LATE_MOMENTS;
    return instants
      .slice(0, end)
      .filter((instant) => instant >= from && instant !== meant)
      .map((instant) => ({ kind: 'interrupt' as const, event, instant }));
  });
}

/** An intervention in a word: `kill@57`, `interrupt:12@1234567`. */
export function wordFor(intervention: Intervention): string {
  switch (intervention.kind) {
    case 'none':
      return 'none';
    case 'interrupt':
      return `interrupt:${intervention.event}@${intervention.instant}`;
    default:
      return `${intervention.kind}@${intervention.moment}`;
  }
}

/** The intervention that a word names; undefined: none does. */
export function parseWord(word: string): Intervention | undefined {
  if (word === 'none') return { kind: 'none' };
  const [, name = '', event, at = ''] = /^([a-z]+)(?::(\d+))?@(\d+)$/.exec(word) ?? [];
  const moment = Number(at);
  if (name === 'interrupt') {
    if (event === undefined) return undefined;
    return { kind: 'interrupt', event: Number(event), instant: ns(moment) };
  }
  const kind = BLADES.find((known) => known === name);
  return kind === undefined || event !== undefined ? undefined : { kind, moment };
}
