import { MODE_MEANS } from '../core/policy/mode-words.ts';
import { MODES, type Mode } from '../core/policy/modes.ts';
import {
  agentName,
  type ModeSetting,
  type ModeSettings,
  weakeningInWords,
  weakenings,
} from '../core/protocol/modes.ts';
import { withPasswordPrompt } from './approvals/password-prompt.ts';
import { EXIT } from './exit-code.ts';
import { ask, complainOfCall, type HelperOptions, openHelper } from './helper-connection.ts';
import { LONGEST, secondsOf } from './seconds.ts';
import { table } from './terminal/table.ts';
import { complainOf, type Terminal } from './terminal/terminal.ts';
import { visible } from './terminal/visible.ts';

export type ModeOptions = HelperOptions & {
  readonly machine?: boolean;
  readonly for?: string;
  readonly json?: boolean;
};

/** What is to be set. `agent` null: every agent of the machine. */
type Wanted = { readonly agent: string | null; readonly mode: Mode | 'unset'; readonly seconds?: number };

type Read = { readonly is: 'show' } | { readonly is: 'set'; readonly wanted: Wanted } | Wrong;
type Wrong = { readonly is: 'wrong'; readonly message: string; readonly remedy: string };

/** Shows how strictly agents are held to their manifests, or sets it. */
export async function mode(words: readonly string[], options: ModeOptions, terminal: Terminal): Promise<number> {
  const read = readWords(words, options);
  if (read.is === 'wrong') {
    complainOf(terminal, read.message, read.remedy);
    return EXIT.cannot;
  }
  return read.is === 'show' ? show(options, terminal) : set(read.wanted, options, terminal);
}

async function show(options: ModeOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const settings = await ask(client, 'mode.list', {}, terminal);
  client.close();
  if (settings === null) return EXIT.cannot;
  print(settings, options, terminal);
  return EXIT.ok;
}

async function set(wanted: Wanted, options: ModeOptions, terminal: Terminal): Promise<number> {
  return withPasswordPrompt(async () => {
    const client = await openHelper(options, terminal);
    if (client === null) return EXIT.cannot;
    const answer = await client.call('mode.set', wanted);
    client.close();
    if (!answer.ok) {
      complainOfCall(terminal, answer.error);
      terminal.complain('    No mode was changed.');
      return EXIT.no;
    }
    print(answer.value, options, terminal);
    tellOverruled(wanted, answer.value, terminal);
    return EXIT.ok;
  });
}

function print(settings: ModeSettings, { json }: ModeOptions, terminal: Terminal): void {
  if (json === true) {
    terminal.print(JSON.stringify(settings));
    return;
  }
  const weak = weakenings(settings);
  if (weak.length === 0) terminal.print('Every agent is held to its manifest.');
  for (const one of weak) {
    terminal.print(terminal.paint.warn(visible(weakeningInWords(one))));
    terminal.print(terminal.paint.faint(`    ${MODE_MEANS[one.mode]}`));
  }
  const { machine, agents } = settings;
  const rows = [...(machine ? [{ agent: 'every agent', ...machine }] : []), ...agents];
  if (rows.length === 0) return;
  terminal.print('');
  const lines = rows.map((row) => [visible(row.agent), row.mode, row.since, endOf(row)]);
  for (const line of table(['SET FOR', 'MODE', 'SINCE', 'UNTIL'], lines)) terminal.print(line);
}

function endOf({ mode: set, until, ended }: ModeSetting): string {
  if (ended) return `${until} (over: enforce)`;
  return until ?? (set === 'enforce' ? '-' : 'it is changed');
}

/** What was set, and has no effect: somebody has set something stricter. */
function tellOverruled({ agent, mode: set }: Wanted, settings: ModeSettings, terminal: Terminal): void {
  if (agent === null || set === 'unset' || set === 'enforce') return;
  const { machine } = settings;
  if (machine === null) return;
  const strict = machine.ended ? 'enforce' : machine.mode;
  if (MODES.indexOf(strict) >= MODES.indexOf(set)) return;
  terminal.complain(
    `${terminal.paintComplaint.warn('ringfence: warning:')} the machine is set to ${strict}, which is stricter and counts.`,
  );
  terminal.complain('    To leave it to each agent: ringfence mode --machine unset');
}

function readWords(words: readonly string[], { machine, for: time }: ModeOptions): Read {
  const [first, second, ...rest] = words;
  if (rest.length > 0 || (machine === true && second !== undefined)) return wrong('too many words', USAGE);
  if (machine !== true && first !== undefined && second === undefined) {
    return isMode(first) ? wrong('it is not said for which agent', USAGE) : wrong('it is not said which mode', USAGE);
  }
  const [agent, set] = machine === true ? [null, first] : [first ?? null, second];
  if (set === undefined) return { is: 'show' };
  if (!isMode(set)) return wrong(`there is no mode ${visible(set)}`, `There are ${MODES.join(', ')}, and unset.`);
  if (agent !== null && !agentName.safeParse(agent).success) {
    return wrong(`${visible(agent)} is no name of an agent’s program`, 'Write it as the command is called: claude');
  }
  if (time === undefined) return { is: 'set', wanted: { agent, mode: set } };
  const seconds = secondsOf(time);
  if (seconds === null) return wrong(`--for ${visible(time)} is no time`, LONGEST);
  if (set === 'enforce' || set === 'unset') return wrong(`--for goes with ${LOOSE.join(' and ')} alone`, USAGE);
  return { is: 'set', wanted: { agent, mode: set, seconds } };
}

const USAGE = 'ringfence mode claude audit --for 2h, or ringfence mode --machine enforce';
const LOOSE = MODES.filter((each) => each !== 'enforce');
function isMode(word: string): word is Mode | 'unset' {
  return word === 'unset' || (MODES as readonly string[]).includes(word);
}

function wrong(message: string, remedy: string): Wrong {
  return { is: 'wrong', message, remedy };
}
