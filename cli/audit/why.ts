import { askWhy } from '../../client/index.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { isOpenEnded } from '../../core/policy/open-ended.ts';
import type { Operation, Reason } from '../../core/policy/vocabulary.ts';
import type { RefusalCause } from '../../core/protocol/approval.ts';
import { EVERYONE_RECORD } from '../../core/protocol/everyone.ts';
import { EXIT } from '../exit-code.ts';
import { ask, complainOfCall, type HelperOptions, openHelper } from '../helper-connection.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { moment } from '../terminal/time.ts';
import { visible, visibleCommand } from '../terminal/visible.ts';
import { objectOf, shortReason } from './describe-record.ts';

export type WhyOptions = HelperOptions & { readonly json?: boolean; readonly whySocket: string };

/** Explains a record; without a number the last refusal: an agent's own, or the last that the user may see. */
export async function why(id: number | null, options: WhyOptions, terminal: Terminal): Promise<number> {
  if (id !== null) return explainRecord(id, options, terminal);
  const own = await askWhy({ socketPath: options.whySocket });
  if (own.ok) {
    printRefusals(own.value.refusals, options, terminal);
    return EXIT.ok;
  }
  if (own.error.code !== 'not-permitted' && own.error.code !== 'not-running') {
    complainOf(terminal, own.error.message, own.error.remedy);
    return EXIT.cannot;
  }
  const last = await lastRefusal(options, terminal);
  return last === null ? EXIT.cannot : explainRecord(last, options, terminal);
}

function printRefusals(refusals: readonly RefusalCause[], { json }: WhyOptions, { print, paint }: Terminal): void {
  if (json) for (const refusal of refusals) print(JSON.stringify(refusal));
  else if (refusals.length === 0) print('Nothing was refused in this session.');
  else {
    for (const { cause, operation, object, count, explanation } of refusals) {
      const times = count > 1 ? `, ${count} times` : '';
      print(`${paint.bad(visible(operation))} ${visible(object)}${times}: ${cause.replaceAll('-', ' ')}`);
      print(`    ${visible(explanation)}`);
    }
  }
}

async function lastRefusal(options: WhyOptions, terminal: Terminal): Promise<number | null> {
  const client = await openHelper(options, terminal);
  if (client === null) return null;
  const page = await ask(client, 'audit.query', { verdicts: ['block', 'kill'], limit: 1 }, terminal);
  client.close();
  const last = page?.entries.at(-1)?.record.seq ?? null;
  if (page !== null && last === null) terminal.print('Nothing was refused.');
  return last;
}

async function explainRecord(id: number, options: WhyOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const answer = await client.call('audit.get', { seq: id });
  client.close();
  if (!answer.ok) {
    complainOfCall(terminal, answer.error.code === 'not-found' ? noRecord(id) : answer.error);
    return answer.error.code === 'not-found' ? EXIT.no : EXIT.cannot;
  }
  const { record } = answer.value;
  if (options.json) terminal.print(JSON.stringify(record));
  else for (const line of explain(record, terminal)) terminal.print(line);
  return EXIT.ok;
}

function noRecord(id: number): { code: 'not-found'; message: string; remedy: string } {
  return {
    code: 'not-found',
    message: `there is no record ${id} that you may read`,
    remedy: 'See the numbers in the first column of: ringfence audit',
  };
}

const DONE: Readonly<Record<string, string>> = {
  block: 'was blocked',
  kill: 'was blocked, and the process was killed',
  allow: 'was allowed',
  audit: 'was allowed by the mode alone',
  through: 'was let through',
  require_approval: 'needs approval',
};

function explain(record: EvidenceRecord, { paint }: Terminal): string[] {
  const verdict =
    record.verdict === null
      ? record.kind
      : `${record.action ?? record.operation} ${DONE[doneBy(record, record.verdict)]}`;
  const refused = record.verdict === 'block' || record.verdict === 'kill';
  const field = (name: string, text: string): string[] => (text === '' ? [] : [`${name.padEnd(9)} ${text}`]);
  return [
    paint.strong(`Record ${record.seq}: ${refused ? paint.bad(visible(verdict)) : visible(verdict)}`),
    ...field('What', `${record.call === undefined ? '' : `${record.call} `}${objectOf(record)}`.trim()),
    ...field('Who', chainOf(record)),
    ...field('Program', record.kind === EVERYONE_RECORD ? programOf(record) : ''),
    ...field('Skill', record.skill_id === null ? '' : visible(record.skill_id)),
    ...field('Session', visible(record.session ?? '')),
    ...field('Asked', record.request === undefined ? '' : `question ${record.request}${answeredBy(record)}`),
    ...field('When', `${moment(record.timestamp)}${repeats(record)}`),
    ...field('Why', shortReason(record)),
    ...field('Change', refused || record.reason === 'trust-dropped' ? advice(record) : ''),
    ...field('Evidence', record.evidence_hash),
  ];
}

function doneBy({ kind }: EvidenceRecord, verdict: string): string {
  return kind === EVERYONE_RECORD && verdict === 'audit' ? 'through' : verdict;
}

/** The file that ran, as the kernel knows it, and the script, as the process says. */
function programOf({ program, script }: EvidenceRecord): string {
  const file = typeof program === 'string' ? visible(program) : 'unknown';
  return typeof script === 'string' ? `${file}, which says it runs ${visible(script)}` : file;
}

function adviceOnEveryone({ program, location }: EvidenceRecord): string {
  if (typeof program !== 'string' || !location) return 'See what waits: ringfence everyone inbox';
  if (isOpenEnded(program.split('/').at(-1) ?? ''))
    return 'Nothing, if you do not know it. If you do: accept the script by its own file, which has to be root’s (docs/everyone.md).';
  const command = visibleCommand(['sudo', 'ringfence', 'everyone', 'accept', program, '--location', location]);
  return `Nothing, if you do not know it. If you do, let it in: ${command}`;
}

function answeredBy({ approver_uid: by }: EvidenceRecord): string {
  return by === undefined ? '' : `, answered by uid ${by}`;
}

function repeats({ count }: EvidenceRecord): string {
  return count !== undefined && count > 1 ? `, ${count} times within a second` : '';
}

function chainOf({ process_chain: chain, pid, uid }: EvidenceRecord): string {
  const user = uid === undefined ? '' : ` (uid ${uid})`;
  if (chain === undefined || chain.length === 0) return pid === null ? '' : `process ${pid}${user}`;
  const processes = chain.map((each) => `${visible(each.executable ?? '?')}[${each.pid}]`);
  return `${processes.reverse().join(' > ')}${user}`;
}

/** Where an operation is granted. */
const GRANTED_BY: Readonly<Record<Operation, string>> = {
  read: 'permissions.filesystem.read',
  write: 'permissions.filesystem.write',
  create: 'permissions.filesystem.create',
  delete: 'permissions.filesystem.delete',
  exec: 'permissions.exec',
  connect: 'permissions.network.egress',
  listen: 'permissions.network.listen',
};

/** What to do about refusals that no rule of the manifest decided. */
const ADVICE: Readonly<Partial<Record<Reason, string>>> = {
  'directory-move': 'Copy the files instead of moving the directory, or give both places the same rights.',
  'too-deep': 'Nothing below so many directories can be granted: use a shorter path.',
  'name-too-long': 'Such a name cannot be granted: use a shorter one.',
  disconnected: 'Nothing can be granted here: the file has no path on this host (it was unmounted or unshared).',
  'unknown-filesystem': 'Mount the file system on the host before the agent starts.',
  'unstable-path': 'Try again: directories were being moved during the check.',
  'internal-filesystem': 'No manifest can grant this kind of file.',
  'foreign-process': 'Agents see only the processes of their own session.',
  'delegated-process': 'Nothing: what such a program has in its memory is closed to the rest of its session.',
  'outside-skill':
    'Nothing: a process that runs a skill looks into no other part of its session, and runs no other skill. The agent can run that one itself.',
  'address-family': 'No manifest can grant this kind of socket.',
  'no-policy': 'End the session and start it again; if it happens again, see: ringfence doctor',
  denied: 'Ask again after a minute, or put the entry among the grants of the manifest if it is always right.',
  'timed-out':
    'Allow the next attempt: ringfence approvals. Keep ringfence approvals --watch running to be asked in time.',
  'nobody-to-ask': 'Allow the next attempt: ringfence approvals. With ringfence approvals --watch running, calls wait.',
  'cannot-hold': 'Allow the next attempt: ringfence approvals.',
  'guard-unavailable': 'Try again. If it happens again, see: ringfence doctor',
  interrupted: 'Start it again and answer before you interrupt it.',
  'self-protection': 'Nothing: agents cannot touch the guard.',
  'raw-device':
    'Nothing: no manifest opens disks, memory, keyboards and their like. Grant the files that the agent needs.',
  machine: 'Nothing: agents do not administer the machine, root or not. Do it yourself, outside of the session.',
  'foreign-object': 'Nothing: an agent uses the keys and the shared memory that its own session has made.',
  'answers-unread': 'Try again. If it happens again, see: ringfence doctor',
  'private-address': 'If the skill needs this very address, add it to permissions.network.egress beside the name.',
  'name-expired': 'Look the name up again before connecting: its answer is too old.',
  'trust-dropped':
    'Look at what was changed (ringfence audit has it as skill.trust-dropped). If it is right, sign again with ringfence manifest sign, and start the agent again in any case.',
};

function advice(record: EvidenceRecord): string {
  const { rule, location, reason, operation } = record;
  if (record.kind === EVERYONE_RECORD) return adviceOnEveryone(record);
  if (location) return visible(`Nothing: ${location} is a protected location, which no manifest can open.`);
  if (reason !== undefined && ADVICE[reason] !== undefined) return ADVICE[reason];
  if (rule && rule.id > 0)
    return visible(`Change ${rule.pointer ?? `rule ${rule.id}`} of the manifest and sign it again.`);
  if (operation === undefined) return '';
  const entry = JSON.stringify(objectOf(record));
  return `If the skill needs this, add ${entry} to ${GRANTED_BY[operation]} of its manifest and sign it again.`;
}
