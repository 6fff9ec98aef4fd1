// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lint rule: a call that returns a generator and is then dropped does nothing at all, silently.
 *
 * NON-TOCK: in Rust the compiler warns of an unused future; TypeScript has no such warning. A
 * system call without its `yield*` is the commonest slip when writing an app.
 */
const GENERATORS = new Set(['Userspace', 'Steps', 'Generator', 'AsyncGenerator']);

/** Finds the call whose value an expression statement drops, through `void`, `&&`, `?:` and `,`. */
function* dropped(expression) {
  switch (expression.type) {
    case 'CallExpression':
      yield expression;
      break;
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      yield* dropped(expression.expression);
      break;
    case 'UnaryExpression':
      yield* dropped(expression.argument);
      break;
    case 'LogicalExpression':
      yield* dropped(expression.right);
      break;
    case 'ConditionalExpression':
      yield* dropped(expression.consequent);
      yield* dropped(expression.alternate);
      break;
    case 'SequenceExpression':
      for (const part of expression.expressions) yield* dropped(part);
      break;
    default:
      break;
  }
}

function isGenerator(type) {
  if (type.isUnion()) return type.types.some(isGenerator);
  const names = [type.aliasSymbol?.name, type.getSymbol()?.name];
  return names.some((name) => name !== undefined && GENERATORS.has(name));
}

export const noFloatingUserspace = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      floating: 'This call only makes a generator and drops it: nothing runs. Write `yield*`.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    return {
      ExpressionStatement(statement) {
        for (const call of dropped(statement.expression)) {
          if (isGenerator(services.getTypeAtLocation(call))) {
            context.report({ node: call, messageId: 'floating' });
          }
        }
      },
    };
  },
};
