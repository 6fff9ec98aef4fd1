// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The forms that the name of a new part takes, and a refusal in one line.
 *
 * NON-TOCK: part of `npm run new`.
 */

/** Bad use: one line for the user, exit code 2. */
export class UsageError extends Error {}

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MOST_LETTERS = 40;

/**
 * `page-sum` as `PageSum`, `PAGE_SUM`, `page sum` and `Page sum`; refuses what is not kebab-case. What
 * templates add to each of them, such as `store`, is left out when the name ends with it.
 */
export function namesOf(name, added) {
  if (!KEBAB_CASE.test(name)) {
    throw new UsageError(`NAME is not in kebab-case, such as page-sum: ${JSON.stringify(name)}`);
  }
  if (name.length > MOST_LETTERS) {
    throw new UsageError(`NAME has ${name.length} letters, more than ${MOST_LETTERS}`);
  }
  const base = name.endsWith(`-${added}`) ? name.slice(0, -added.length - 1) : name;
  const words = base.replaceAll('-', ' ');
  return {
    name,
    words,
    Words: capital(words),
    Pascal: base.split('-').map(capital).join(''),
    UPPER: base.replaceAll('-', '_').toUpperCase(),
  };
}

/** Fills the places `{{key}}` of a template. */
export function fill(template, values) {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (place, key) => {
    if (!Object.hasOwn(values, key))
      throw new Error(`the template has ${place}, which is no value`);
    return values[key];
  });
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
