// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A client that notes every event with its arguments, for the suites of TinyOS's storages.
 *
 * NON-TOCK: part of the suites.
 */
import { ErrorCode } from '#kernel/errorcode';
import { Err, type Rejected, type Result } from '#kernel/result';

/** One event; its result is its last argument. */
export interface Event {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Notes each event in order; `next`, when given, runs inside the first one. */
export class EventRecorder<Client> {
  readonly events: Event[] = [];
  readonly client: Client;
  next: (() => void) | undefined;

  constructor(
    names: readonly (keyof Client & string)[],
    private readonly settle: () => void,
  ) {
    const methods = names.map((name) => [
      name,
      (...args: unknown[]): void => {
        this.note({ name, args });
      },
    ]);
    this.client = Object.fromEntries(methods) as Client;
  }

  private note(event: Event): void {
    this.events.push(event);
    const { next } = this;
    this.next = undefined;
    next?.();
  }

  get names(): string[] {
    return this.events.map((event) => event.name);
  }

  /** The arguments of the last event, without its result. */
  get args(): readonly unknown[] {
    return this.events.at(-1)?.args.slice(0, -1) ?? [];
  }

  /** What a command is refused with, or what its event says, once that came. */
  end(started: Result<void, ErrorCode | Rejected<Uint8Array>>): ErrorCode | undefined {
    if (!started.ok) return refusalOf(started);
    const before = this.events.length;
    this.settle();
    const last = this.events.length > before ? this.events.at(-1)?.args.at(-1) : undefined;
    const result = (last ?? Err(ErrorCode.NOACK)) as Result;
    return result.ok ? undefined : result.error;
  }
}

/** The error of a refusal, with or without a buffer. */
export function refusalOf(
  refused: Result<void, ErrorCode | Rejected<Uint8Array>>,
): ErrorCode | undefined {
  if (refused.ok) return undefined;
  return typeof refused.error === 'number' ? refused.error : refused.error[0];
}
