import type { MethodName, MethodResult, ParamsInput } from '../../core/protocol/methods.ts';
import { withPasswordPrompt } from '../approvals/password-prompt.ts';
import { EXIT } from '../exit-code.ts';
import { ask, complainOfCall, type HelperOptions, openHelper } from '../helper-connection.ts';
import { CommandError } from '../manifest/command-error.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { confirmed } from './confirm.ts';
import { findKey } from './find-key.ts';

export type KeyOptions = HelperOptions & {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly name?: string;
  readonly reason?: string;
  readonly user?: number;
};

export type KeyMethod = Exclude<Extract<MethodName, `keys.${string}`>, 'keys.list'>;

/** What a change is, to whoever confirms it, and what is said once it is made. */
export type Change<M extends KeyMethod> = {
  readonly method: M;
  readonly params: ParamsInput<M>;
  readonly question: string;
  readonly done: (result: MethodResult<M>) => string;
};

/** Asks here, then has the helper do it, which asks root or an administrator. */
export async function makeChange<M extends KeyMethod>(
  { method, params, question, done }: Change<M>,
  options: KeyOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.yes !== true && !(await confirmed(question))) {
    terminal.complain('Nothing was changed.');
    return EXIT.no;
  }
  return withPasswordPrompt(async () => {
    const client = await openHelper(options, terminal);
    if (client === null) return EXIT.cannot;
    const answer = await client.call(method, params);
    client.close();
    if (!answer.ok) {
      complainOfCall(terminal, answer.error);
      return EXIT.no;
    }
    terminal.print(options.json === true ? JSON.stringify(answer.value) : done(answer.value));
    return EXIT.ok;
  });
}

export async function removeKey(given: string, options: KeyOptions, terminal: Terminal): Promise<number> {
  const found = await findGiven(given, options, terminal);
  if (found === null) return EXIT.cannot;
  const { keyId, name } = found;
  return makeChange(
    {
      ...{ method: 'keys.remove', params: { keyId } },
      question: `Trust the key ${keyId} (${visible(name ?? 'not known here')}) no longer?`,
      done: ({ files }) => `The key ${keyId} is trusted no longer: removed ${files.map(visible).join(', ')}.`,
    },
    options,
    terminal,
  );
}

export async function revokeKey(given: string, options: KeyOptions, terminal: Terminal): Promise<number> {
  const found = await findGiven(given, options, terminal);
  if (found === null) return EXIT.cannot;
  const { keyId, name } = found;
  return makeChange(
    {
      ...{ method: 'keys.revoke', params: { keyId, reason: options.reason ?? '' } },
      question: `Revoke the key ${keyId} (${visible(name ?? 'not known here')})? Only root can take that back, by hand.`,
      done: ({ date, reason, changed }) =>
        changed
          ? `The key ${keyId} is revoked: nothing that it signed starts any more.`
          : `The key ${keyId} was revoked already, at ${date}: ${visible(reason)}`,
    },
    options,
    terminal,
  );
}

export function repinSkill(skill: string, options: KeyOptions, terminal: Terminal): Promise<number> {
  const { user } = options;
  if (user !== undefined && !(Number.isInteger(user) && user >= 0)) {
    throw new CommandError('--user takes the number of a user', 'Find it with: id -u NAME');
  }
  return makeChange(
    {
      ...{ method: 'keys.repin', params: { skill, ...(user === undefined ? {} : { owner: user }) } },
      question: `Forget which key and version ${visible(skill)} is bound to? Whichever trusted one runs next counts from then on.`,
      done: ({ forgotten }) => `${visible(skill)} is bound to no key any more (${forgotten} forgotten).`,
    },
    options,
    terminal,
  );
}

async function findGiven(given: string, options: KeyOptions, terminal: Terminal) {
  const client = await openHelper(options, terminal);
  if (client === null) return null;
  const ring = await ask(client, 'keys.list', {}, terminal);
  client.close();
  return ring === null ? null : findKey(given, ring);
}
