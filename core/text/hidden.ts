/** The one table of what hides or misleads in a text from elsewhere. Each place that shows or judges text takes its rule from here. */

/** What nobody can see, or what looks like something else in each font. */
const UNSEEN = [
  '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cs}]', // controls, directions, separators, private use, surrogates
  '[\\u115f\\u1160\\u2800\\u3164\\uffa0]', // letters that show nothing
  '[\\p{Variation_Selector}\\p{Default_Ignorable_Code_Point}]', // what alters the one before, or shows nothing
].join('|');

/** A mark on what is no letter: it strikes out a slash or a dot. */
const STRIKING = '(?<![\\p{L}\\p{M}\\p{N}])\\p{M}';

/** What misleads, though names in living languages hold it. */
const MISLEADING = [
  '(?! )\\p{Zs}', // spaces that are none: French and Japanese names of files hold them
  '(?<=\\p{M}{3})\\p{M}', // marks in a pile, which cover the lines above and below: Burmese words hold five
].join('|');

/** For places that show text. To be used with `replace` and `matchAll`, which begin at the beginning each time. */
export const HIDDEN = new RegExp(`${UNSEEN}|${STRIKING}|${MISLEADING}`, 'gu');

/** For places that refuse a name. */
export const HIDDEN_IN_NAME = new RegExp(`${UNSEEN}|${STRIKING}`, 'u');

/** For places that refuse prose, where line breaks, tabs, joined letters, emoji and single marks are at home. */
export const HIDDEN_IN_PROSE = new RegExp(`(?![\\n\\t\\u200c\\u200d\\u2028\\u2029\\ufe0e\\ufe0f])(?:${UNSEEN})`, 'u');
