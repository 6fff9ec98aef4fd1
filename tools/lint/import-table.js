// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lint rule: an import that the table in `tools/layers.js` does not allow is an error.
 *
 * NON-TOCK: covers what `no-restricted-imports` does not: `import()`, import types, and relative
 * paths judged by where they lead instead of by how they look.
 */
import { relative, sep } from 'node:path';
import { judgeImport } from '../layers.js';

export const importTable = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{ reason }}' } },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');

    function check(source) {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const reason = judgeImport(file, source.value);
      if (reason !== undefined) {
        context.report({ node: source, messageId: 'forbidden', data: { reason } });
      }
    }

    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    };
  },
};
