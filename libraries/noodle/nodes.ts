// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The list in RAM whose nodes are mirrored in flash.
 *
 * NON-TOCK: the list of a peer.
 *
 *     Initial ──hydrate──> ValidNoWriteNeeded <──confirm── NeedsWrite
 *        └─────hydrate──> NonResident ─────────set────────────┘
 */

/** What is known of a node. */
export type NodeState =
  /** Flash was not looked at yet. */
  | 'Initial'
  /** Flash holds the value. */
  | 'ValidNoWriteNeeded'
  /** Flash holds no value: the default stands, and goes into the next record. */
  | 'NonResident'
  /** The value is newer than flash. */
  | 'NeedsWrite';

/** A key and its value in CBOR. */
export interface Pair {
  readonly key: string;
  readonly value: Uint8Array;
}

interface Node {
  value: Uint8Array;
  state: NodeState;
}

/** What a list does with a key in flash that it has no node for. */
export type Strangers =
  /** The key is dropped with the next record. */
  | 'ignored'
  /** It gets a node. */
  | 'adopted';

/** The list. */
export class NodeList {
  private nodes = new Map<string, Node>();
  /** Whether a node was taken out that flash holds. */
  private isShorter = false;

  constructor(private readonly strangers: Strangers = 'ignored') {}

  /** Adds a node with its default. False: there is one of that key. */
  attach(key: string, value: Uint8Array): boolean {
    if (this.nodes.has(key)) return false;
    this.nodes.set(key, { value, state: 'Initial' });
    return true;
  }

  /** Takes a node out: the next record is without it. */
  detach(key: string): void {
    this.isShorter = this.nodes.delete(key) || this.isShorter;
  }

  /** Gives a node a value; without one of that key it becomes one. False: flash was not looked at for it. */
  set(key: string, value: Uint8Array): boolean {
    if (this.nodes.get(key)?.state === 'Initial') return false;
    this.nodes.set(key, { value, state: 'NeedsWrite' });
    return true;
  }

  /** The value of a node; undefined when there is none, or flash was not looked at for it. */
  get(key: string): Uint8Array | undefined {
    const node = this.nodes.get(key);
    return node?.state === 'Initial' ? undefined : node?.value;
  }

  /** The state of a node. */
  stateOf(key: string): NodeState | undefined {
    return this.nodes.get(key)?.state;
  }

  /** Every key, in the order of the list. */
  keys(): IterableIterator<string> {
    return this.nodes.keys();
  }

  /** What a record is to hold: all of the list. */
  pairs(): readonly Pair[] {
    return [...this.nodes].map(([key, { value }]) => ({ key, value }));
  }

  /** Flash was looked at, and holds this. Nodes that had been looked up before stay as they are. */
  hydrate(found: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, node] of this.nodes) {
      if (node.state !== 'Initial') continue;
      const value = found.get(key);
      this.nodes.set(
        key,
        value === undefined
          ? { value: node.value, state: 'NonResident' }
          : { value, state: 'ValidNoWriteNeeded' },
      );
    }
    if (this.strangers === 'ignored') return;
    for (const [key, value] of found) {
      if (!this.nodes.has(key)) this.nodes.set(key, { value, state: 'ValidNoWriteNeeded' });
    }
  }

  /** Whether flash was not looked at for some node. */
  needsRead(): boolean {
    return this.some('Initial');
  }

  /** Whether flash holds less than the list, or more. */
  needsWrite(): boolean {
    return this.isShorter || this.some('NeedsWrite');
  }

  private some(state: NodeState): boolean {
    for (const node of this.nodes.values()) if (node.state === state) return true;
    return false;
  }

  /** A record with these pairs is in flash. A node that has changed since they were asked for still needs its write. */
  confirm(pairs: readonly Pair[]): void {
    this.isShorter = false;
    for (const { key, value } of pairs) {
      const node = this.nodes.get(key);
      if (node === undefined) this.isShorter = true;
      else if (node.value === value) node.state = 'ValidNoWriteNeeded';
    }
  }

  /** The list as it is now, for `restore`. */
  save(): NodeList {
    const copy = new NodeList(this.strangers);
    for (const [key, node] of this.nodes) copy.nodes.set(key, { ...node });
    copy.isShorter = this.isShorter;
    return copy;
  }

  /** Makes the list what it was when it was saved. */
  restore(saved: NodeList): void {
    this.nodes = saved.nodes;
    this.isShorter = saved.isShorter;
  }

  /** Forgets everything: the power went. */
  clear(): void {
    this.nodes.clear();
    this.isShorter = false;
  }
}
