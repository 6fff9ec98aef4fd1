// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lint rule: a downcall never calls its client back, not even through another method of the class (TRD 3,
 * rule 1).
 *
 * NON-TOCK: in Tock it is a written rule alone. A downcall is a public method that returns a Result; what is
 * inside a function that it makes runs later, and is not looked at. A client is what is named so.
 */
const CLIENT = /client$/i;
const DOWNCALL = /\bResult\b|\bRefused\b|\bSwapResult\b/;

function nameOf(node) {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name;
  return node.type === 'MemberExpression' && !node.computed ? nameOf(node.property) : '';
}

function isPublic({ accessibility, key }) {
  return accessibility !== 'private' && accessibility !== 'protected' && key.type === 'Identifier';
}

export const noCallbackInCall = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      inside:
        'The client is called back inside the call (through `{{ method }}`): use a deferred call, or wait for the hardware.',
    },
  },
  create(context) {
    /** The class at hand: for each method its calls of clients, and of methods of its own. */
    const classes = [];
    const functions = [];

    /** The calls that a method makes at once, itself or through others; each method is looked at once. */
    function* callsBack(methods, name, seen) {
      if (seen.has(name)) return;
      seen.add(name);
      const method = methods.get(name);
      if (method === undefined) return;
      for (const call of method.callbacks) yield call;
      for (const own of method.own) yield* callsBack(methods, own, seen);
    }

    return {
      ClassBody: () => classes.push(new Map()),
      ':function': (node) => functions.push(node),
      ':function:exit': () => functions.pop(),
      CallExpression({ callee }) {
        const method = functions.at(-1)?.parent;
        if (method?.type !== 'MethodDefinition' || callee.type !== 'MemberExpression') return;
        const methods = classes.at(-1);
        const key = nameOf(method.key);
        if (!methods.has(key)) methods.set(key, { callbacks: [], own: [] });
        const { callbacks, own } = methods.get(key);
        const called = nameOf(callee);
        if (callee.object.type === 'ThisExpression') own.push(called);
        else if (CLIENT.test(nameOf(callee.object)) && called !== 'setClient') {
          callbacks.push({ node: callee, called });
        }
      },
      'ClassBody:exit'(body) {
        const methods = classes.pop();
        for (const method of body.body) {
          const type = method.value?.returnType;
          if (method.type !== 'MethodDefinition' || !isPublic(method) || !type) continue;
          if (!DOWNCALL.test(context.sourceCode.getText(type))) continue;
          const [found] = callsBack(methods, nameOf(method.key), new Set());
          if (found === undefined) continue;
          context.report({ node: method.key, messageId: 'inside', data: { method: found.called } });
        }
      },
    };
  },
};
