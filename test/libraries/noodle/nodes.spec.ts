// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The list in RAM: states of its nodes.
 *
 * NON-TOCK: a peer's list.
 */
import { expect } from 'chai';
import { NodeList } from '#libraries/noodle/nodes';

const [ONE, TWO, THREE] = [1, 2, 3].map((byte) => Uint8Array.of(byte)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

describe('libraries/noodle/nodes', () => {
  it('holds its defaults back until flash was looked at', () => {
    const list = new NodeList();
    expect(list.attach('a', ONE)).to.equal(true);
    expect(list.attach('a', TWO)).to.equal(false);
    expect([list.stateOf('a'), list.get('a'), list.needsRead()]).to.deep.equal([
      'Initial',
      undefined,
      true,
    ]);
    expect(list.set('a', TWO)).to.equal(false);
  });

  it('takes what flash holds; other nodes keep their default and do not ask for a write (ND-20)', () => {
    const list = new NodeList();
    list.attach('a', ONE);
    list.attach('new', TWO);
    list.hydrate(
      new Map([
        ['a', THREE],
        ['gone', ONE],
      ]),
    );
    expect(list.stateOf('a')).to.equal('ValidNoWriteNeeded');
    expect(list.get('a')).to.equal(THREE);
    expect(list.stateOf('new')).to.equal('NonResident');
    expect(list.get('new')).to.equal(TWO);
    expect(list.stateOf('gone')).to.equal(undefined);
    expect(list.needsRead() || list.needsWrite()).to.equal(false);
    expect(list.pairs().map(({ key }) => key)).to.deep.equal(['a', 'new']);
  });

  it('needs a write for each change, and none once a record has it', () => {
    const list = new NodeList();
    list.attach('a', ONE);
    list.attach('b', ONE);
    list.hydrate(new Map());
    list.set('a', TWO);
    expect([list.stateOf('a'), list.needsWrite()]).to.deep.equal(['NeedsWrite', true]);
    list.confirm(list.pairs());
    expect([list.stateOf('a'), list.stateOf('b')]).to.deep.equal([
      'ValidNoWriteNeeded',
      'ValidNoWriteNeeded',
    ]);
    expect(list.needsWrite()).to.equal(false);
    list.detach('b');
    list.detach('none');
    expect(list.needsWrite()).to.equal(true);
  });

  it('does not take a change for written that came while the record was', () => {
    const list = new NodeList('adopted');
    list.set('a', ONE);
    list.set('b', ONE);
    const pairs = list.pairs();
    list.set('a', TWO);
    list.detach('b');
    list.confirm(pairs);
    expect(list.stateOf('a')).to.equal('NeedsWrite');
    list.set('a', ONE);
    list.confirm(list.pairs());
    expect(list.needsWrite()).to.equal(false);
  });

  it('leaves nodes alone that were hydrated before, and adopts strangers when it is a map', () => {
    const list = new NodeList('adopted');
    list.set('a', ONE);
    list.hydrate(
      new Map([
        ['a', THREE],
        ['b', THREE],
      ]),
    );
    expect(list.get('a')).to.equal(ONE);
    expect(list.get('b')).to.equal(THREE);
    expect([...list.keys()]).to.deep.equal(['a', 'b']);
  });

  it('goes back to what was saved, and forgets all without power', () => {
    const list = new NodeList('adopted');
    list.set('a', ONE);
    list.confirm(list.pairs());
    const saved = list.save();
    list.set('a', TWO);
    list.set('b', TWO);
    list.detach('a');
    list.restore(saved);
    expect([...list.keys()]).to.deep.equal(['a']);
    expect([list.get('a'), list.needsWrite()]).to.deep.equal([ONE, false]);
    list.clear();
    expect([...list.keys()]).to.deep.equal([]);
  });
});
