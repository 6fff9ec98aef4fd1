// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lint rule: what a file exports has a doc comment right above it.
 *
 * NON-TOCK: Rust has `missing_docs`. A type that shares its name with a constant is covered by the
 * constant's comment, the later signatures of an overloaded function by the first one's, constants in
 * the lines right below a documented one by its comment (`RAM_START`, `RAM_END`), and what the file is
 * named after (`Clock` in `clock.ts`) by the head.
 */
import { basename } from 'node:path';

function declaredName(declaration) {
  return declaration.id?.name ?? declaration.declarations?.[0]?.id.name ?? '';
}

export const documentedExports = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: '`{{ name }}` is exported: say in a sentence above it what it is.' },
  },
  create(context) {
    const { sourceCode } = context;
    const documented = new Set();
    const subject = basename(context.filename, '.ts').replaceAll('-', '');

    function hasComment(node) {
      const comment = sourceCode.getCommentsBefore(node).at(-1);
      if (comment?.type !== 'Block' || !comment.value.startsWith('*')) return false;
      return comment.loc.end.line + 1 >= node.loc.start.line;
    }

    /** A line of a group of constants whose first has the comment. */
    function continuesGroup(node) {
      const siblings = node.parent.body;
      const above = siblings[siblings.indexOf(node) - 1];
      if (above === undefined || above.loc.end.line + 1 !== node.loc.start.line) return false;
      const constants = [above, node].map((one) => one.declaration?.type === 'VariableDeclaration');
      return constants.every(Boolean) && documented.has(declaredName(above.declaration));
    }

    return {
      ExportNamedDeclaration(node) {
        if (node.declaration === null) return;
        const name = declaredName(node.declaration);
        const covered = hasComment(node) || continuesGroup(node) || name.toLowerCase() === subject;
        if (covered) documented.add(name);
        else if (!documented.has(name)) {
          context.report({ node, messageId: 'missing', data: { name } });
        }
      },
    };
  },
};
