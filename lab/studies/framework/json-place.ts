// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where something stands in a user's JSON text: the line to name when it is refused.
 *
 * NON-TOCK: the user's files. The host's parser reads the values; its messages do not always say where it stopped.
 */
import { Err, Ok, type Result } from '#kernel/result';

const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,]/uy;
/** Values that lie deeper are found by what is around them. */
const DEEPEST = 16;

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

/** A list or an object that is open while the text is read. */
interface Open {
  readonly path: string;
  readonly isList: boolean;
  /** The key that a value belongs to, or its index. */
  key: string | number;
}

/** A walk through the tokens of a text, up to the first that JSON does not have there. */
class Walk {
  readonly lines = new Map<string, number>();
  private readonly open: Open[] = [];
  private expected: Expected = 'value';
  private line = 1;
  private at = 0;

  constructor(private readonly text: string) {}

  /** Walks; the line of what is no JSON, or nothing when all of it is. */
  run(): number | undefined {
    for (let last = 1; ; last = this.line) {
      this.pass(matchAt(SPACE, this.text, this.at) ?? '');
      if (this.at === this.text.length) return this.expected === 'nothing' ? undefined : last;
      const token = matchAt(TOKEN, this.text, this.at);
      if (token === undefined || !this.take(token)) return this.line;
      this.at += token.length;
    }
  }

  private pass(space: string): void {
    for (const letter of space) if (letter === '\n') this.line++;
    this.at += space.length;
  }

  /** Whether the token may stand here. */
  private take(token: string): boolean {
    const top = this.open.at(-1);
    switch (this.expected) {
      case 'value or ]':
        return token === ']' ? this.close() : this.value(token, top);
      case 'value':
        return this.value(token, top);
      case 'key or }':
        return token === '}' ? this.close() : this.key(token, top);
      case 'key':
        return this.key(token, top);
      case ':':
        this.expected = 'value';
        return token === ':';
      case ', or end':
        return token === ','
          ? this.next(top)
          : token === (top?.isList === true ? ']' : '}') && this.close();
      case 'nothing':
        return false;
    }
  }

  private value(token: string, top: Open | undefined): boolean {
    if (/^[}\]:,]/.test(token)) return false;
    const path = this.open.length > DEEPEST ? undefined : pathBelow(top);
    if (path !== undefined) this.lines.set(path, this.line);
    if (token !== '{' && token !== '[') return this.ended();
    const isList = token === '[';
    this.open.push({ path: path ?? '', isList, key: 0 });
    this.expected = isList ? 'value or ]' : 'key or }';
    return true;
  }

  private key(token: string, top: Open | undefined): boolean {
    if (!token.startsWith('"') || top === undefined) return false;
    top.key = String(JSON.parse(token));
    this.expected = ':';
    return true;
  }

  private next(top: Open | undefined): boolean {
    if (typeof top?.key === 'number') top.key++;
    this.expected = top?.isList === true ? 'value' : 'key';
    return true;
  }

  private close(): boolean {
    this.open.pop();
    return this.ended();
  }

  private ended(): boolean {
    this.expected = this.open.length === 0 ? 'nothing' : ', or end';
    return true;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function pathBelow(top: Open | undefined): string {
  if (top === undefined) return '';
  return top.path === '' ? String(top.key) : `${top.path}.${top.key}`;
}

/**
 * The line of each value in a text that is JSON, by its path with dots (`program.each`); the whole has the path ''.
 */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const walk = new Walk(text);
  walk.run();
  return walk.lines;
}

/** The line of a path, or of the nearest thing around it that is there. */
export function lineOf(text: string, path: string): number {
  const lines = linesOf(text);
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const line = lines.get(at);
    if (line !== undefined || at === '') return line ?? 1;
  }
}

/** The line at which a text is no JSON; of one that ends too soon, its last. */
export function faultOf(text: string): number | undefined {
  return new Walk(text).run();
}

/** The value of a JSON text; the error names the line at which it is none. */
export function parseJson(text: string): Result<unknown, string> {
  try {
    return Ok(JSON.parse(text) as unknown);
  } catch {
    return Err(`line ${faultOf(text) ?? 1}: not JSON`);
  }
}
