// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Plays a case step by step, for people to look at.
 *
 * NON-TOCK: `tocksim crash replay` shows what this gives.
 */
import type { Result } from '#kernel/result';
import { Err, Ok } from '#kernel/result';
import type { FlashRequest } from '#libraries/store/storage';
import type { CrashCase, CutPoint } from './crash-case.ts';
import { Player, type Audience } from './play.ts';
import type { Judgement, Operation, Outcome, StoreAdapter } from './store-adapter.ts';
import { adapterOf } from './stores/index.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

/** One moment of a case. */
export interface ReplayStep {
  /**
   * `operation`: one begins. `write`, `erase`: the flash was asked and did it. `cut`: it was asked and lost power. `boot`: power
   * comes. `result`: an operation or a boot ended. `verdict`: what the store shows now.
   */
  readonly kind: 'operation' | 'write' | 'erase' | 'cut' | 'boot' | 'result' | 'verdict';
  /** What happened, as a sentence or less. */
  readonly text: string;
  /** The verdict, of a step of that kind. */
  readonly verdict?: Verdict;
  /** The bytes that a write, erase or cut was about. */
  readonly range?: { readonly page: number; readonly byteOffset: number; readonly length: number };
  /** The whole flash after it; a copy. */
  readonly image: Uint8Array;
}

/** All moments of a case up to its first fault or its end. An error says why the case cannot be played. */
export function replayCase(crashCase: CrashCase): Result<readonly ReplayStep[], string> {
  const adapter = adapterOf(crashCase.store);
  if (adapter === undefined) return Err(`no store is called ${crashCase.store}`);
  const refusal = adapter.refuses(crashCase.geometry);
  if (refusal !== undefined) return Err(`${crashCase.store} ${refusal}`);
  return Ok(new Recorder(adapter, crashCase).steps);
}

class Recorder implements Audience {
  readonly steps: ReplayStep[] = [];
  private readonly player: Player;
  /** Flash after the last step; shared by steps that change nothing. */
  private image = new Uint8Array(0);

  constructor(adapter: StoreAdapter, crashCase: CrashCase) {
    this.player = new Player(adapter, crashCase, this);
    this.image = this.player.story.cells.image.slice();
    this.player.play();
  }

  private push(step: Omit<ReplayStep, 'image'>): void {
    this.steps.push({ ...step, image: this.image });
  }

  operation(operation: Operation, index: number): void {
    this.push({ kind: 'operation', text: `operation ${index}: ${describeOperation(operation)}` });
  }

  request(request: FlashRequest, cut: CutPoint | undefined): void {
    const { operation, page, byteOffset, length } = request;
    this.image = this.player.story.cells.image.slice();
    const kind = operation === 'erase' ? 'erase' : 'write';
    const text = `${kind} ${length} bytes at byte ${byteOffset} of page ${page}`;
    const range = { page, byteOffset, length };
    if (cut === undefined) this.push({ kind, text, range });
    else this.push({ kind: 'cut', text: `${text}: ${this.describeCut(cut)}`, range });
  }

  private describeCut({ bits, reported }: CutPoint): string {
    const { total = 0, bits: moved = [] } = this.player.moved.at(-1) ?? {};
    const what = reported === true ? 'the flash reports a failure' : 'power is lost';
    return `${what}, ${moved.length} of ${total} bits have moved (${bits})`;
  }

  boot(): void {
    this.image = this.player.story.cells.image.slice();
    this.push({ kind: 'boot', text: 'boot' });
  }

  result(outcome: Outcome): void {
    this.push({ kind: 'result', text: outcome.ok ? 'Ok' : outcome.error });
  }

  verdict({ verdict, sentence = VERDICTS[verdict] }: Judgement): void {
    this.push({ kind: 'verdict', text: `${verdict}: ${sentence}`, verdict });
  }
}

/** An operation in few words. */
export function describeOperation(operation: Operation): string {
  switch (operation.op) {
    case 'insert':
      return `insert ${operation.value.length} bytes under key ${operation.key}`;
    case 'remove':
      return `remove key ${operation.key}`;
    case 'removehandle':
      return `remove key ${operation.key} by its handle`;
    case 'clear':
      return `clear from key ${operation.minKey} on`;
    case 'prepare':
      return `prepare ${operation.length} words`;
    case 'transaction':
      return `transaction (${operation.updates.map(describeOperation).join('; ')})`;
    case 'append':
      return `append ${operation.value.length} bytes`;
    case 'pop':
      return 'pop the oldest entry';
    case 'write':
      return `write ${operation.value.length} bytes at ${operation.address}`;
    case 'erase':
      return 'erase all';
    case 'sync':
    case 'collect':
      return operation.op;
  }
}
