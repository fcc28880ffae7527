import { CommanderError } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { type ScriptedHelper, scriptedHelper } from '../../client/testing/scripted-helper.ts';
import { sampleEveryone, sampleInboxEntry } from '../../core/protocol/testing/samples.ts';
import { EXIT } from '../exit-code.ts';
import { ringfenceProgram } from '../program.ts';
import { PLAIN } from '../terminal/paint.ts';
import type { Terminal } from '../terminal/terminal.ts';

const helpers: ScriptedHelper[] = [];

afterEach(async () => {
  for (const helper of helpers.splice(0)) await helper.stop();
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };

async function helperWith(script: object): Promise<string> {
  const helper = await scriptedHelper(script);
  helpers.push(helper);
  return helper.socketPath;
}

/** The command line in this process: each of its own would take seconds. */
async function ringfence(socket: string, ...words: string[]): Promise<Ended> {
  let [code, out, err] = [0, '', ''];
  const terminal: Terminal = {
    print: (line) => {
      out += `${line}\n`;
    },
    complain: (line) => {
      err += `${line}\n`;
    },
    ...{ paint: PLAIN, paintComplaint: PLAIN, now: () => Date.now() },
  };
  const program = ringfenceProgram(terminal, (ended) => {
    code = ended;
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)])
    command.exitOverride();
  try {
    await program.parseAsync(['--socket', socket, ...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = EXIT.cannot;
  }
  return { code, out, err };
}

const learning = sampleEveryone({ stage: 'learning', until: new Date(Date.now() + 3_600_000).toISOString() });

test('stages are shown for what they are, and set', async () => {
  const socket = await helperWith({ everyone: learning });
  expect((await ringfence(socket, 'everyone')).out).toMatch(/^Everyone else: LEARNING: not enforcing yet, until 20/);
  const enforced = await ringfence(socket, 'everyone', 'enforce');
  expect(enforced).toMatchObject({ code: 0, out: expect.stringMatching(/^Everyone else: enforcing\n/) });
  const audit = await ringfence(socket, 'everyone', 'audit', '--for', '2h', '--json');
  expect(JSON.parse(audit.out)).toMatchObject({ stage: 'audit', until: expect.stringMatching(/^20/) });
  expect((await ringfence(socket, 'everyone', 'audit')).out).toContain('AUDIT: not enforcing, until it is changed');
  const learn = JSON.parse((await ringfence(socket, 'everyone', 'learn', '--json')).out);
  const hours = (Date.parse(learn.until) - Date.parse(learn.since)) / 3_600_000;
  expect([learn.stage, Math.round(hours)]).toEqual(['learning', 24]);
});

test('a program is accepted by the file itself, shown, and taken back', async () => {
  const socket = await helperWith({ everyone: sampleEveryone() });
  const accepted = await ringfence(socket, 'everyone', 'accept', 'sort', '--location', 'ssh-keys');
  expect(accepted).toMatchObject({ code: 0, out: expect.stringMatching(/\/usr\/bin\/sort +ssh-keys/) });
  await ringfence(socket, 'everyone', 'accept', '/bin/sort');
  expect((await ringfence(socket, 'everyone')).out).toMatch(/\/usr\/bin\/sort +every location/);
  const revoked = await ringfence(socket, 'everyone', 'revoke', '/usr/bin/sort', '--json');
  expect(JSON.parse(revoked.out)).toMatchObject({ accepted: [] });
  const again = await ringfence(socket, 'everyone', 'revoke', '/usr/bin/sort');
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('/usr/bin/sort is not accepted')]);
});

test('an answer that lets everybody in is never shown as enforcing', async () => {
  const socket = await helperWith({ everyone: sampleEveryone() });
  const { out } = await ringfence(socket, 'everyone', 'set', 'ssh-keys', 'allow');
  expect(out).toMatch(/^Everyone else: enforcing, NOT at ssh-keys\n/);
  expect(out).toMatch(/ssh-keys +allow +ask /);
  expect((await ringfence(socket, 'everyone', 'set', 'ssh-keys', 'unset')).out).toMatch(/: enforcing\n/);
});

test.each([
  [['/bin/sh'], 'sh runs what others write', 'Accept the program or script that does the work'],
  [[process.execPath], 'runs what others write', 'Accept the program or script'],
  [[import.meta.filename], 'is no program', 'Name the file that is started'],
  [['/tmp/../tmp/no-such'], 'is not there', 'Name the file'],
])('what cannot be accepted (%s) is said with its remedy', async ([program = ''], message, remedy) => {
  const socket = await helperWith({ everyone: sampleEveryone() });
  const { code, err } = await ringfence(socket, 'everyone', 'accept', program);
  expect(code).toBeGreaterThan(0);
  expect(err).toContain(message);
  expect(err).toContain(remedy);
});

test('without an administrator’s word nothing changes, but for what tightens', async () => {
  const socket = await helperWith({ everyone: learning, authorization: 'refused', peers: [{ uid: 1000 }] });
  for (const words of [['audit'], ['learn'], ['accept', 'sort'], ['set', 'ssh-keys', 'deny']]) {
    const { code, err } = await ringfence(socket, 'everyone', ...words);
    expect([code, err]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
  }
  expect((await ringfence(socket, 'everyone', 'enforce')).code).toBe(0);
});

test('an agent is answered nothing, root in its tree or not', async () => {
  const socket = await helperWith({ everyone: learning, peers: [{ uid: 0, session: 'agent-1' }] });
  for (const words of [[], ['inbox'], ['enforce'], ['accept', 'sort'], ['dismiss', 'abcdef01']]) {
    const { code, out, err } = await ringfence(socket, 'everyone', ...words);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('agents may not speak to the helper')]);
  }
});

test('the inbox says who, where and how often; nothing in it draws on the terminal', async () => {
  const hostile = '/home/dev/\u001b[2J\u202esteal';
  const inbox = [
    sampleInboxEntry({ id: 'a'.repeat(32), obstacle: undefined }),
    sampleInboxEntry({
      ...{ id: 'b'.repeat(32), program: '/usr/bin/python3.13', script: hostile, verdict: 'audit', learnt: true },
      obstacle: `${hostile} can be written by others. Install it.`,
    }),
  ];
  const socket = await helperWith({ everyone: sampleEveryone(), inbox, peers: [{ uid: 1000 }] });
  const { code, out } = await ringfence(socket, 'everyone', 'inbox');
  expect(code).toBe(0);
  expect(out).toMatch(/aaaaaaaa {2}.* stopped: read +3 +ssh-keys +\/usr\/bin\/rclone\n/);
  expect(out).toMatch(
    /bbbbbbbb {2}.* let through: read \(while learning\) .*steal \(a script of \/usr\/bin\/python3\.13\)/,
  );
  expect(out).toContain('sudo ringfence everyone accept /usr/bin/rclone --location ssh-keys');
  expect(out).not.toMatch(/[\u001b\u202e]/);
  expect((await ringfence(socket, 'everyone')).out).toContain('2 programs wait in your inbox');
  expect((await ringfence(socket, 'everyone', 'dismiss', 'bbbb')).code).toBe(0);
  const left = JSON.parse((await ringfence(socket, 'everyone', 'inbox', '--json')).out);
  expect(left).toMatchObject({ entries: [{ id: 'a'.repeat(32) }], more: 0 });
  expect((await ringfence(socket, 'everyone', 'dismiss', 'bbbb')).code).toBe(1);
});

test('another person’s inbox is not shown, and nothing taken out of it', async () => {
  const inbox = [sampleInboxEntry({ uid: 1001 })];
  const socket = await helperWith({ everyone: sampleEveryone(), inbox, peers: [{ uid: 1000 }] });
  expect((await ringfence(socket, 'everyone', 'inbox')).out).toContain('Nothing waits in your inbox.');
  expect((await ringfence(socket, 'everyone', 'dismiss', sampleInboxEntry().id.slice(0, 8))).code).toBe(1);
});

test.each([
  [['set', 'ssh-keys', 'maybe'], 'no answer maybe'],
  [['set', '../x', 'allow'], 'no name of a location'],
  [['accept', 'sort', '--location', 'A B'], 'no name of a location'],
  [['learn', '--for', '8d'], 'is no time'],
  [['audit', '--for', '0h'], 'is no time'],
  [['accept'], 'missing required argument'],
  [['enforce', '--for', '2h'], 'unknown option'],
])('%s is an error with a remedy', async (words, complaint) => {
  const { code, err } = await ringfence('/nowhere', 'everyone', ...words);
  expect([code, err]).toEqual([2, expect.stringContaining(complaint)]);
});

test('a helper that holds nobody but agents says so', async () => {
  const socket = await helperWith({});
  const { code, err } = await ringfence(socket, 'everyone');
  expect([code, err]).toEqual([2, expect.stringContaining('held to nothing here')]);
  expect((await ringfence(socket, 'everyone', 'enforce')).code).toBe(1);
});

test('doctor says the stage, and says no where nobody is held', async () => {
  const diagnosis = (everyone: object) => ({
    diagnosis: { state: 'enforcing', kernel: '6.12.0', checks: [], everyone },
  });
  const told = await ringfence(await helperWith(diagnosis(learning)), 'doctor');
  expect([told.code, told.out]).toEqual([
    0,
    expect.stringMatching(/^ENFORCING\nEveryone else: LEARNING: not enforcing yet/),
  ]);
  const audit = await ringfence(await helperWith(diagnosis(sampleEveryone({ stage: 'audit' }))), 'doctor');
  expect([audit.code, audit.out]).toEqual([1, expect.stringContaining('Everyone else: AUDIT: not enforcing')]);
  const broken = sampleEveryone({ trouble: 'no policy fits' });
  const trouble = await ringfence(await helperWith(diagnosis(broken)), 'doctor');
  expect([trouble.code, trouble.out]).toEqual([
    1,
    expect.stringContaining('Everyone else: NOT ENFORCING: no policy fits'),
  ]);
});
