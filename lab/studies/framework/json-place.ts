// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Where something stands in a user's JSON text: the line to name when it is refused.
 *
 * NON-TOCK: the user's files.
 */
import { Err, Ok, type Result } from '#kernel/result';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** A list or an object that is open while the text is read. */
interface Open {
  readonly path: string;
  /** The key that a value belongs to, or its index. */
  key: string | number;
  expectsKey: boolean;
}

/**
 * The line of each value in a text that is JSON, by its path with dots (`program.each`); the whole has the path ''.
 */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const walk = new Walk();
  let [line, seen] = [1, 0];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    for (; seen < index; seen++) if (text[seen] === '\n') line++;
    walk.take(token, line);
  }
  return walk.lines;
}

/** A walk through the tokens of a text that is JSON. */
class Walk {
  readonly lines = new Map<string, number>();
  private readonly open: Open[] = [];

  take(token: string, line: number): void {
    const top = this.open.at(-1);
    switch (token) {
      case ':':
        return;
      case '}':
      case ']':
        this.open.pop();
        return;
      case ',':
        if (typeof top?.key === 'number') top.key++;
        else if (top !== undefined) top.expectsKey = true;
        return;
      default:
        if (top?.expectsKey === true) {
          top.key = String(JSON.parse(token));
          top.expectsKey = false;
        } else this.value(token, line, top);
    }
  }

  private value(token: string, line: number, top: Open | undefined): void {
    const path = pathBelow(top);
    this.lines.set(path, line);
    if (token === '{') this.open.push({ path, key: '', expectsKey: true });
    if (token === '[') this.open.push({ path, key: 0, expectsKey: false });
  }
}

function pathBelow(top: Open | undefined): string {
  if (top === undefined) return '';
  return top.path === '' ? String(top.key) : `${top.path}.${top.key}`;
}

/** The line of a path, or of the nearest thing around it that is there. */
export function lineOf(text: string, path: string): number {
  const lines = linesOf(text);
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const line = lines.get(at);
    if (line !== undefined || at === '') return line ?? 1;
  }
}

/** The value of a JSON text; the error names the line that is no JSON. */
export function parseJson(text: string): Result<unknown, string> {
  try {
    return Ok(JSON.parse(text) as unknown);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const end = text.trimEnd().length;
    const position = Math.min(end, Number(/at position (\d+)/.exec(message)?.[1] ?? end));
    return Err(`line ${text.slice(0, position).split('\n').length}: not JSON`);
  }
}
