// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Reading and writing the user's files: whole or not at all, and one clear line when it cannot be
 * done.
 *
 * NON-TOCK: the simulator's own command line.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from './usage-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is no directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
};
const BUFFER_BYTES = 65_536;
const MEBIBYTE = 1024 * 1024;
const CHUNK_BYTES = MEBIBYTE;
const LARGEST_INPUT = 512 * MEBIBYTE;
/** A text of more letters is none in V8. */
const LONGEST_TEXT = 511 * MEBIBYTE;

/** An error of the host in our words: `FILE: there is no such file`. */
export function fileError(path: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new UsageError(`${path}: ${reason}`);
}

/** The bytes of a file of the user's; at most so many. */
export function readBytes(path: string, most = LARGEST_INPUT): Uint8Array {
  try {
    const status = statSync(path);
    if (!status.isFile() && !status.isDirectory()) return readStream(path, most);
    if (status.size > most) throw tooLarge(path, most);
    return readFileSync(path);
  } catch (error) {
    throw error instanceof UsageError ? error : fileError(path, error);
  }
}

const tooLarge = (path: string, most: number): UsageError =>
  new UsageError(`${path}: larger than ${most / MEBIBYTE} MiB`);

/** A pipe or a device says no size and may never end. */
function readStream(path: string, most: number): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    const chunks: Uint8Array[] = [];
    for (let total = 0; total <= most;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const count = readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    throw tooLarge(path, most);
  } finally {
    closeSync(descriptor);
  }
}

/** The text of a file of the user's; refused when it is not UTF-8. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > LONGEST_TEXT) throw tooLarge(path, LONGEST_TEXT);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path}: not UTF-8 text`);
  }
}

/**
 * A file that appears under its name only when it is complete: it is written beside its place and then
 * renamed. Made before a run, so that a place that cannot be written to is found out at once.
 */
export class OutputFile {
  /** What becomes the file; none for a device or a pipe, which is no file to be replaced. */
  private readonly temporary: string | undefined;
  private readonly descriptor: number;
  private buffer: string[] = [];
  private buffered = 0;

  constructor(private readonly path: string) {
    const folder = dirname(path);
    if (path === '' || (existsSync(path) && statSync(path).isDirectory())) {
      throw new UsageError(`${path === '' ? "''" : path}: is a directory`);
    }
    if (!existsSync(folder)) throw new UsageError(`${path}: there is no folder ${folder}`);
    const isReplaced = !existsSync(path) || statSync(path).isFile();
    this.temporary = isReplaced ? join(folder, `.${basename(path)}.${process.pid}.tmp`) : undefined;
    try {
      this.descriptor = openSync(this.temporary ?? path, 'w');
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** Appends; text is buffered. */
  write(content: string | Uint8Array): void {
    if (typeof content !== 'string') {
      this.flush();
      this.writeAll(content);
      return;
    }
    this.buffer.push(content);
    this.buffered += content.length;
    if (this.buffered >= BUFFER_BYTES) this.flush();
  }

  /** Gives the file its name. */
  commit(): void {
    try {
      this.flush();
      closeSync(this.descriptor);
      if (this.temporary !== undefined) renameSync(this.temporary, this.path);
    } catch (error) {
      this.remove();
      throw error instanceof UsageError ? error : fileError(this.path, error);
    }
  }

  /** Leaves what stood there before as it was. */
  discard(): void {
    try {
      closeSync(this.descriptor);
    } catch {
      // A commit that failed has closed it already.
    }
    this.remove();
  }

  private remove(): void {
    if (this.temporary !== undefined) rmSync(this.temporary, { force: true });
  }

  private flush(): void {
    if (this.buffered === 0) return;
    const text = this.buffer.join('');
    this.buffer = [];
    this.buffered = 0;
    this.writeAll(new TextEncoder().encode(text));
  }

  private writeAll(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}
