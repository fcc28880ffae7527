/** Kind of the record that a program which is no agent came to a place of the catalogue. */
export const EVERYONE = 'everyone';
