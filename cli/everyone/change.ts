import { resolve } from 'node:path';
import { OTHERS_ANSWERS, type OthersAnswer } from '../../core/policy/others-answers.ts';
import { catalogueName, type EveryoneStage } from '../../core/protocol/everyone.ts';
import type { MethodName, ParamsInput } from '../../core/protocol/methods.ts';
import { withPasswordPrompt } from '../approvals/password-prompt.ts';
import { EXIT } from '../exit-code.ts';
import { ask, complainOfCall, openHelper } from '../helper-connection.ts';
import { findProgram } from '../run/find-program.ts';
import { LONGEST, secondsOf } from '../seconds.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import type { EveryoneOptions, PlaceOptions, StageOptions } from './options.ts';
import { printState } from './show.ts';

type ChangeMethod = Extract<
  MethodName,
  'everyone.setStage' | 'everyone.override' | 'everyone.accept' | 'everyone.revoke'
>;

export async function setStage(stage: EveryoneStage, options: StageOptions, terminal: Terminal): Promise<number> {
  const seconds = options.for === undefined ? undefined : secondsOf(options.for);
  if (seconds === null) return wrong(terminal, `--for ${visible(options.for ?? '')} is no time`, LONGEST);
  return change('everyone.setStage', { stage, ...(seconds === undefined ? {} : { seconds }) }, options, terminal);
}

export async function setAnswer(
  location: string,
  answer: string,
  options: EveryoneOptions,
  terminal: Terminal,
): Promise<number> {
  if (!isName(location)) return noName(terminal, location);
  if (!isAnswer(answer))
    return wrong(
      terminal,
      `there is no answer ${visible(answer)}`,
      `There are ${OTHERS_ANSWERS.join(', ')}, and unset.`,
    );
  return change('everyone.override', { location, others: answer }, options, terminal);
}

export async function accept(named: string, options: PlaceOptions, terminal: Terminal): Promise<number> {
  const { location = '*' } = options;
  if (location !== '*' && !isName(location)) return noName(terminal, location);
  const program = findProgram(named, process.env);
  if (!program.ok) {
    const message = `${visible(named)} ${program.error === 'not-found' ? 'is not there' : 'is no program'}`;
    return wrong(terminal, message, 'Name the file that is started; a script by its own file.');
  }
  return change('everyone.accept', { program: resolve(program.value), location }, options, terminal);
}

/** The program may be gone: then its name has to be whole. */
export async function revoke(named: string, options: PlaceOptions, terminal: Terminal): Promise<number> {
  const { location } = options;
  if (location !== undefined && location !== '*' && !isName(location)) return noName(terminal, location);
  const found = findProgram(named, process.env);
  const program = resolve(found.ok ? found.value : named);
  return change('everyone.revoke', { program, ...(location === undefined ? {} : { location }) }, options, terminal);
}

/** By as much of its id as no other entry begins with. */
export async function dismiss(id: string, options: EveryoneOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const inbox = await ask(client, 'everyone.inbox', {}, terminal);
  const [entry, other] = inbox?.entries.filter((one) => id !== '' && one.id.startsWith(id)) ?? [];
  const answer = entry && !other ? await client.call('everyone.dismiss', { id: entry.id }) : null;
  client.close();
  if (inbox === null) return EXIT.cannot;
  if (answer === null) {
    const message = other
      ? `several entries begin with ${visible(id)}`
      : `there is no entry ${visible(id)} in your inbox`;
    complainOf(terminal, message, 'See: ringfence everyone inbox');
    return EXIT.no;
  }
  if (!answer.ok) {
    complainOfCall(terminal, answer.error);
    return EXIT.no;
  }
  terminal.print(
    options.json === true ? JSON.stringify(answer.value) : 'Taken out of your inbox. It is stopped as before.',
  );
  return EXIT.ok;
}

async function change<M extends ChangeMethod>(
  method: M,
  params: ParamsInput<M>,
  options: EveryoneOptions,
  terminal: Terminal,
): Promise<number> {
  return withPasswordPrompt(async () => {
    const client = await openHelper(options, terminal);
    if (client === null) return EXIT.cannot;
    const answer = await client.call<ChangeMethod>(method, params);
    client.close();
    if (!answer.ok) {
      complainOfCall(terminal, answer.error);
      terminal.complain('    Nothing was changed.');
      return EXIT.no;
    }
    printState(answer.value, options, terminal);
    return EXIT.ok;
  });
}

function isAnswer(word: string): word is OthersAnswer | 'unset' {
  return word === 'unset' || (OTHERS_ANSWERS as readonly string[]).includes(word);
}

function isName(word: string): boolean {
  return catalogueName.safeParse(word).success;
}

function noName(terminal: Terminal, word: string): number {
  return wrong(terminal, `${visible(word)} is no name of a location`, 'The names are in docs/locations.md.');
}

function wrong(terminal: Terminal, message: string, remedy: string): number {
  complainOf(terminal, message, remedy);
  return EXIT.cannot;
}
