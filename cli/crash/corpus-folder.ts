// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The folder of a campaign that goes on from run to run: where it stands, and the cases that failed.
 *
 * NON-TOCK: the simulator's own command line.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { caseFromText, caseToText, type CrashCase } from '#lab/crash/crash-case';
import {
  caseFileName,
  firstStanding,
  judgeAgain,
  standingFromText,
  standingToText,
  type Standing,
} from '#lab/crash/corpus';
import type { CrashOptions } from '#lab/crash/explore';
import type { Verdict } from '#lab/crash/verdict';
import { fileError, OutputFile, readText } from '../files.ts';
import { UsageError } from '../usage-error.ts';

const STANDING = 'campaign.json';

/** What a case of an earlier run shows now. */
export interface Rejudged {
  readonly file: string;
  readonly was: Verdict;
  readonly is: Verdict;
}

/** A folder of the user's that holds a campaign. */
export class CorpusFolder {
  constructor(private readonly folder: string) {
    try {
      if (!existsSync(folder)) mkdirSync(folder);
    } catch (error) {
      throw fileError(folder, error);
    }
    checkFolder(folder);
  }

  /** Where the campaign of these options stands. Refuses a folder that holds another one. */
  read(options: CrashOptions): Standing {
    const path = join(this.folder, STANDING);
    if (!existsSync(path)) return firstStanding(options);
    const standing = standingFromText(readText(path), options);
    if (!standing.ok) throw new UsageError(`${path}: ${standing.error}`);
    return standing.value;
  }

  /** Plays all saved cases again. */
  rejudge(): Rejudged[] {
    return this.caseFiles().map((file) => {
      const crashCase = readCase(file);
      const verdict = judgeAgain(crashCase);
      if (!verdict.ok) throw new UsageError(`${file}: ${verdict.error}`);
      return { file, was: crashCase.verdict, is: verdict.value };
    });
  }

  /** Puts down where the campaign stands now. */
  write(options: CrashOptions, standing: Standing): void {
    writeWhole(join(this.folder, STANDING), standingToText(options, standing));
  }

  private caseFiles(): string[] {
    try {
      const names = readdirSync(this.folder).filter((name) => /^crash-.*\.json$/.test(name));
      return names.sort().map((name) => join(this.folder, name));
    } catch (error) {
      throw fileError(this.folder, error);
    }
  }
}

/** Refuses what is no folder to write to, before there is anything to write. */
export function checkFolder(path: string): void {
  if (!existsSync(path)) throw new UsageError(`${path}: there is no such folder`);
  if (!statSync(path).isDirectory()) throw new UsageError(`${path}: is no folder`);
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The case in a file of the user's. */
export function readCase(path: string): CrashCase {
  const parsed = caseFromText(readText(path));
  if (!parsed.ok) throw new UsageError(`${path}: no case: ${parsed.error}`);
  return parsed.value;
}

/** Saves a case under a name of its own; the path. */
export function saveCase(folder: string, crashCase: CrashCase): string {
  const path = join(folder, caseFileName(crashCase, sha256));
  writeWhole(path, `${caseToText(crashCase)}\n`);
  return path;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function writeWhole(path: string, text: string): void {
  const file = new OutputFile(path);
  try {
    file.write(text);
    file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
}
