// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * doc/FLASH-FORMAT.md is true: every worked example of the page goes through the code and comes out as written.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { CLAIM } from '#libraries/persistent-store/claim';
import { BufferStorage } from '#libraries/store/buffer-storage';
import * as format from '#libraries/persistent-store/format';
import { Format, Internal } from '#libraries/persistent-store/format';
import { Kind } from '#libraries/persistent-store/kinds';
import { Log } from '#libraries/persistent-store/log';
import { PAGE, blocks, numbers, shape, table } from './support/flash-format-page.ts';
import { bytesOf, wordText } from './support/store-script.ts';

/** The formulas of the page: words a page, pages, erasures, and the sizes before, to a size. */
type Formula = (sizes: Record<'P' | 'N' | 'E' | 'Q' | 'M' | 'W' | 'V' | 'bytes', number>) => number;
const FORMULAS: Readonly<Record<string, Formula>> = {
  'P - 2': ({ P }) => P - 2,
  'min(4 (Q - 1), 1023)': ({ Q }) => Math.min(4 * (Q - 1), 1023),
  'rounded up': ({ bytes }) => Math.ceil(bytes / 4),
  '(N - 1) Q - M': ({ N, Q, M }) => (N - 1) * Q - M,
  'W - (N - 1)': ({ N, W }) => W - (N - 1),
  'V - N': ({ N, V }) => V - N,
  '(E N + N - 1) Q': ({ E, N, Q }) => (E * N + N - 1) * Q,
};

describe('doc/FLASH-FORMAT.md: geometry and positions', () => {
  it('has the limits of the format, and not one more is taken', () => {
    const { limits } = CLAIM;
    const rows = table('limit')
      .slice(1)
      .map(([, least, most]) => [Number(least), Number(most)]);
    expect(rows).to.deep.equal([
      [limits['leastPageBytes'], limits['mostPageBytes']],
      [limits['leastPages'], limits['mostPages']],
      [0, limits['mostErasesPerPage']],
      [0, limits['largestKey']],
      [2, limits['updatesPerTransaction']],
    ]);
    expect(table('limit')[1]?.[0]).to.equal('bytes of a page, a multiple of 4');
    const [[least = 0, most = 0] = [], [few = 0, many = 0] = []] = rows;
    for (const [pageSize, pages, isTaken] of [
      [least, few, true],
      [most, many, true],
      [least - 4, few, false],
      [most + 4, few, false],
      [least, few - 1, false],
      [least, many + 1, false],
      [least + 2, few, false],
    ] as const) {
      expect(format.isSupported(shape(pageSize, pages))).to.equal(isTaken);
    }
  });

  it('has the sizes of four geometries', () => {
    const [heading = [], ...rows] = table('size', 'formula');
    expect(heading.length).to.equal(6);
    for (const [index, name] of heading.slice(2).entries()) {
      const [pages = 0, pageSize = 0] = numbers(name);
      const sizes = new Format(shape(pageSize, pages));
      const column = rows.map((row) => Number(row[index + 2]));
      const [Q = NaN, bytes = NaN, M = NaN, W = NaN, V = NaN] = column;
      const known = { P: pageSize / 4, N: pages, E: 10_000, Q, bytes, M, W, V };
      expect(rows.map(([, formula = '']) => FORMULAS[formula]?.(known))).to.deep.equal(column);
      expect(
        rows.map((row) => Number(row[index + 2])),
        name,
      ).to.deep.equal([
        sizes.virtualPageSize,
        sizes.maxValueLength,
        sizes.maxPrefix,
        sizes.window,
        sizes.virtualCapacity,
        sizes.totalCapacity,
        sizes.totalLifetime,
      ]);
    }
  });

  it('places positions', () => {
    for (const line of blocks('positions').flat()) {
      const [pages = 0, pageSize = 0, position = 0, ...place] = numbers(line);
      const at = new Format(shape(pageSize, pages));
      const found = [
        at.cycle(position),
        at.page(position),
        at.word(position),
        at.byteOffset(position),
      ];
      expect(found, line).to.deep.equal(place);
    }
  });
});

/** The words of an example such as `init: cycle 0, prefix 0`. */
function build(kind: string, text: string): number[] {
  const [first = NaN, second = NaN] = numbers(text);
  switch (kind) {
    case 'init':
      return [format.buildInit(first, second)];
    case 'compact':
      return [format.buildCompact(first)];
    case 'erase':
      return [format.buildInternal(Internal.ERASE, first)];
    case 'marker':
      return [format.buildInternal(Internal.MARKER, first)];
    case 'clear':
      return [format.buildInternal(Internal.CLEAR, first)];
    case 'remove':
      return [format.buildInternal(Internal.REMOVE, first)];
    default:
      return user(first, bytesOf(text.split('value ')[1]?.replace('empty', '') ?? ''));
  }
}

function user(key: number, value: Uint8Array): number[] {
  const words = new Int32Array(258);
  const count = format.buildUser(words, new Uint8Array(words.buffer), key, value);
  return [...words.subarray(0, count)];
}

/** The bits of a word in which two examples differ, its checksum left out. */
function differing(a: number[], b: number[], checksumFrom: number): string {
  const bits = ((a[0] ?? 0) ^ (b[0] ?? 0)) & ((1 << checksumFrom) - 1);
  const low = 31 - Math.clz32(bits & -bits);
  const high = 31 - Math.clz32(bits);
  return low === high ? String(low) : `${low}..${high}`;
}

/** A row of a table of fields. */
const FIELD_ROW = /^\| (init|compact|user|erase|marker|clear|remove) \| (\w+) \| ([\d.]+) \|/gm;

/** Rows of the tables of fields: word, field, bits. */
function fieldRows(): [word: string, field: string, bits: string][] {
  return [...PAGE.matchAll(FIELD_ROW)].map(([, word = '', field = '', bits = '']) => [
    word,
    field,
    bits,
  ]);
}

/** Bits that a drawing must number: the ends of each field, of each gap between them, and of the kind. */
function boundaries(word: string, kindBits: number): number[] {
  const ranges = fieldRows()
    .filter(([each]) => each === word)
    .map(([, , bits]): [number, number] => {
      const [low = NaN, high = low] = numbers(bits);
      return [low, high];
    })
    .sort(([a], [b]) => a - b);
  const ends = new Set<number>(kindBits === 2 ? [0, 1] : kindBits > 0 ? [0, kindBits - 1] : []);
  let next = kindBits;
  for (const [low, high] of ranges) {
    if (low > next) ends.add(next).add(low - 1);
    ends.add(low).add(high);
    next = high + 1;
  }
  return [...ends].sort((a, b) => b - a);
}

describe('doc/FLASH-FORMAT.md: words', () => {
  it('numbers the bits of the drawings as the tables do', () => {
    const low = (kind: Internal): string => kind.toString(2).padStart(5, '0');
    for (const [title, word, fixed] of [
      ['init info, word 0', 'init', '11'],
      ['compact info, word 1', 'compact', ''],
      ['user header', 'user', '01'],
      ['erase word', 'erase', low(Internal.ERASE)],
      ['marker', 'marker', low(Internal.MARKER)],
      ['clear word', 'clear', low(Internal.CLEAR)],
      ['remove word', 'remove', low(Internal.REMOVE)],
    ] as const) {
      const drawing = new RegExp(`^${title}\\n([ \\d]+)\\n\\+.*\\n(.*)$`, 'm').exec(PAGE) ?? [];
      const kindBits = word === 'init' ? 0 : fixed.length;
      expect(numbers(drawing[1] ?? ''), title).to.deep.equal(boundaries(word, kindBits));
      expect(drawing[2]?.replaceAll(/[^01]/g, ''), title).to.equal(fixed);
    }
  });

  it('builds each word', () => {
    for (const line of blocks('words').flat()) {
      const [, kind = '', text = '', words = ''] = /^(\w+): (.*) = (.*)$/.exec(line) ?? [];
      expect(build(kind, text).map(wordText).join(' '), line).to.equal(words);
    }
  });

  it('says in which bits each field stands', () => {
    const long = new Uint8Array(1023);
    const pairs: Record<string, string> = {
      'init cycle': differing(build('init', '0 0'), build('init', '65535 0'), 27),
      'init prefix': differing(build('init', '0 0'), build('init', '0 511'), 27),
      'compact distance': differing(build('compact', '0'), build('compact', '65535'), 27),
      'user length': differing(user(0, long), user(0, long.subarray(0, 0)), 26),
      'user key': differing(user(0, long), user(4095, long), 26),
      'user deleted': differing([-1], [format.toDeleted(-1)], 26),
      'user flipped': differing(user(0, Uint8Array.of(255)), user(0, Uint8Array.of(1)), 26),
      'erase page': differing(build('erase', '0'), build('erase', '63'), 27),
      'marker count': differing(build('marker', '0'), build('marker', '31'), 27),
      'clear key': differing(build('clear', '0'), build('clear', '4095'), 27),
      'remove key': differing(build('remove', '0'), build('remove', '4095'), 27),
      'init checksum': '27..31',
      'compact checksum': '27..31',
      'user checksum': '26..31',
      'erase checksum': '27..31',
      'marker checksum': '27..31',
      'clear checksum': '27..31',
      'remove checksum': '27..31',
    };
    const written = fieldRows();
    for (const [word, field, bits] of written) {
      expect(bits, `${word} ${field}`).to.equal(pairs[`${word} ${field}`]);
    }
    expect(written.length).to.equal(Object.keys(pairs).length);
  });

  it('gives each field the range of its bits, unless it is narrower', () => {
    const rows = PAGE.split('\n').filter((line) => new RegExp(FIELD_ROW.source).test(line));
    for (const row of rows) {
      const [bits = '', meaning = '', range = ''] = row
        .slice(2, -1)
        .split('|')
        .slice(2)
        .map((cell) => cell.trim());
      const [low = 0, high] = numbers(bits);
      if (high === undefined) {
        expect(meaning).to.match(/^0 when \D+$/);
        continue;
      }
      expect(range).to.match(/^(0 to .*)?$/);
      expect(numbers(meaning)).to.deep.equal([]);
      const [, most] = /^0 to (\d+)/.exec(range) ?? [];
      expect(Number(most ?? 2 ** (high - low + 1) - 1), row).to.equal(2 ** (high - low + 1) - 1);
    }
    expect(rows.filter((row) => row.includes('0 to N - 1 |')).length).to.equal(1);
  });

  it('has the low bits of each kind', () => {
    const bits = new Map(
      table('bits 4..0', 'kind')
        .slice(1)
        .map(([low = '', kind = '']) => [kind.split(':')[0], low]),
    );
    for (const [name, value] of Object.entries(Internal)) {
      expect(bits.get(name.toLowerCase())).to.equal(`\`${value.toString(2).padStart(5, '0')}\``);
    }
    expect(format.isPadding(0b11110)).to.equal(true);
    expect(bits.get('padding')).to.equal('`xxxx0`');
    expect(format.isHeader(0b11101) && format.isHeader(0b00001)).to.equal(true);
    expect(bits.get('user header')).to.equal('`xxx01`');
  });

  it('takes the first checksum apart rightly', () => {
    // The two derivations in prose, done anew by counting characters.
    const zeros = (word: number, bits: number): number =>
      (word >>> 0)
        .toString(2)
        .padStart(32, '0')
        .slice(32 - bits)
        .replaceAll('1', '').length;
    expect([zeros(0xce00_0000, 27), 0xce00_0000 >>> 27]).to.deep.equal([25, 25]);
    expect([zeros(0x3d, 26), zeros(0xff63_6261, 32), 0x8c00_003d >>> 26]).to.deep.equal([
      21, 14, 35,
    ]);
    const prose = PAGE.replaceAll(/\s+/g, ' ');
    for (const said of [
      'so 25 zeros',
      '5 ones, so 21 zeros',
      'has 14 zeros',
      '21 + 14 = 35 = 0x23',
    ]) {
      expect(prose).to.contain(said);
    }
  });
});

const KIND_TEXT: Readonly<Record<number, (log: Log) => string>> = {
  [Kind.FAILED]: () => 'invalid',
  [Kind.TAIL]: () => 'tail',
  [Kind.PADDING]: () => 'padding',
  [Kind.USER]: (log) => `entry of key ${log.key}`,
  [Kind.PARTIAL]: () => 'unfinished',
  [Kind.PARTIAL_USER]: (log) => `unfinished entry of key ${log.key}`,
  [Kind.ERASE]: (log) => `erase ${log.field}`,
  [Kind.MARKER]: (log) => `marker ${log.field}`,
};

describe('doc/FLASH-FORMAT.md: parsing', () => {
  it('parses each example', () => {
    for (const line of blocks('parse').flat()) {
      const [words = '', expected] = line.split(': ');
      const cells = new BufferStorage(shape(64, 4), false);
      const view = new DataView(cells.image.buffer);
      words.split(' ').forEach((word, index) => view.setUint32(8 + 4 * index, Number(word), true));
      const log = new Log(cells);
      const kind = log.parse(0) ?? Kind.FAILED;
      const text = KIND_TEXT[kind]?.(log) ?? '';
      const hasLength = kind !== Kind.FAILED && kind !== Kind.TAIL;
      const length = log.next === 1 ? '1 word' : `${log.next} words`;
      expect(hasLength ? `${text}, ${length}` : text, line).to.equal(expected);
    }
  });
});
