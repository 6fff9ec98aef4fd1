// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The executable as a process of its own: streams, exit codes, a reader that goes away. NON-TOCK. */
import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#tools/sources';

const EXECUTABLE = join(ROOT, 'dist/cli/tocksim.js');

/** Starts tocksim; `readerLeaves` closes the reading end of its stdout at once. */
async function start(
  args: readonly string[],
  readerLeaves = false,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [EXECUTABLE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  if (readerLeaves) child.stdout.destroy();
  else child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, out, err };
}

describe('The executable', function () {
  this.timeout(20_000);

  it('prints results on stdout and ends with 0', async () => {
    const { code, out, err } = await start(['--list', 'profiles']);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    expect(out).to.match(/^1\.x /);
  });

  it('prints one line on stderr and ends with 2, without a stack trace', async () => {
    expect(await start(['run', 'nosuchapp'])).to.deep.include({ code: 2, out: '' });
    expect((await start(['rnu'])).err).to.equal(
      "tocksim: unknown command 'rnu' (did you mean run?)\n",
    );
  });

  it('says in a line that its output cannot be written, and ends with 2', function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [EXECUTABLE, 'study', '--list'], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      const err = 'tocksim: stdout: no space left on the device\n';
      expect({ status, stderr }).to.deep.equal({ status: 2, stderr: err });
    } finally {
      closeSync(full);
    }
  });

  it('ends quietly when the reader of its output goes away (| head)', async () => {
    const folder = join(ROOT, 'test/vectors/opensk');
    const files = readdirSync(folder)
      .filter((name) => name.startsWith('p1'))
      .map((name) => join(folder, name));
    const { code, err } = await start(['store', 'replay', ...files], true);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
  });
});
