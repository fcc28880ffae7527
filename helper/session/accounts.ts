/** The people of this machine, from passwd(5). */
import { readFileSync } from 'node:fs';

export interface Account {
  readonly uid: number;
  readonly home: string;
}

/** Accounts below this are the system's own (login.defs, UID_MIN). */
const FIRST_PERSON = 1000;
const NOBODY = 65_534;

/** Lines that name no account with an absolute home are left out. */
export function parseAccounts(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [, , uid = '', , , home = ''] = line.split(':');
    if (!/^[0-9]+$/.test(uid) || !home.startsWith('/')) return [];
    return [{ uid: Number(uid), home: home.length > 1 ? home.replace(/\/+$/, '') : home }];
  });
}

export function readAccounts(file = '/etc/passwd'): Account[] {
  return parseAccounts(readFileSync(file, 'utf8'));
}

/** Accounts that people work with: not the system's, and not root's. */
export function people(accounts: readonly Account[]): Account[] {
  return accounts.filter(({ uid, home }) => uid >= FIRST_PERSON && uid !== NOBODY && home !== '/');
}

/** Homes whose secrets are protected: those of people, and root's. */
export function protectedHomes(accounts: readonly Account[]): string[] {
  const people = accounts.filter(({ uid }) => uid === 0 || (uid >= FIRST_PERSON && uid !== NOBODY));
  return [...new Set(people.map(({ home }) => home).filter((home) => home !== '/'))];
}
