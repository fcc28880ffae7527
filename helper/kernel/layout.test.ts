import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAX_ADDRESSES } from '../../core/names/dns-answer.ts';
import { wireName } from '../../core/names/host-name.ts';
import { ARGUMENTS } from '../../core/policy/delegated-rights.ts';
import { CODE_DEVICE, ENVIRONMENT_DEVICE, MAX_ROWS } from '../../core/policy/everyone.ts';
import { TEXT_DEVICES } from '../../core/policy/recognition.ts';
import { NO_LIMITS, REFUSE_UNDECLARED } from '../../core/policy/rule.ts';
import { CALLS, OPERATIONS, REASONS, VERDICTS } from '../../core/policy/vocabulary.ts';
import { decodeCaptured, encodeOrder } from './captured-answers.ts';
import { decodeEvent } from './event.ts';
import { grantKey } from './grant-key.ts';
import { INTERPRETER_FLAGS, WORD_KINDS } from './interpreter-codes.ts';
import {
  addToBloom,
  agentInFlags,
  encodeBinding,
  encodeDelegation,
  encodeDelegationKey,
  encodeDestination,
  encodeEveryone,
  encodeInterpreterWord,
  encodeLabelOrder,
  encodeMode,
  encodePair,
  encodePolicy,
  encodeRights,
  encodeScriptPath,
  encodeSkillFileKey,
  encodeSuperblock,
  LABEL_SKILLS,
  LAYOUT_VERSION,
  LIMITS,
  type PolicySettings,
  recognisedFlags,
  SIZES,
  startedFlags,
} from './layout.ts';

const header = fileURLToPath(new URL('../../bpf/ringfence.h', import.meta.url));

/** Compiles and runs a C program that includes the header. */
function runC(body: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-layout-'));
  try {
    const source = join(folder, 'layout.c');
    writeFileSync(
      source,
      `#include <linux/types.h>\n#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n#include "${header}"\nint main(void) {\n${body}\nreturn 0; }\n`,
    );
    execFileSync('gcc', ['-Wall', '-Werror', '-o', join(folder, 'layout'), source]);
    return execFileSync(join(folder, 'layout'), { encoding: 'latin1' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const structName = (name: string) => `rf_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

describe('the layout shared with the kernel', () => {
  it('has the sizes of the header', () => {
    const names = Object.keys(SIZES);
    const body = names.map((name) => `printf("%zu\\n", sizeof(struct ${structName(name)}));`).join('\n');
    const sizes = runC(body).trim().split('\n').map(Number);
    expect(Object.fromEntries(names.map((name, index) => [name, sizes[index]]))).toEqual(SIZES);
  });

  it('has the limits and the version of the header', () => {
    const text = readFileSync(header, 'utf8');
    const macro = (name: string) => {
      const value = new RegExp(`(?:#define ${name} |${name} = )([0-9]+)`).exec(text)?.[1];
      return value === undefined ? Number.NaN : Number(value);
    };
    expect(macro('RF_LAYOUT_VERSION')).toBe(LAYOUT_VERSION);
    expect({
      operations: macro('RF_OPERATIONS'),
      portRanges: macro('RF_MAX_PORT_RANGES'),
      states: macro('RF_MAX_STATES'),
      cells: macro('RF_MAX_CELLS'),
      byteClasses: macro('RF_MAX_BYTE_CLASSES'),
      accepts: macro('RF_MAX_ACCEPTS'),
      locations: macro('RF_MAX_LOCATIONS'),
      edges: macro('RF_MAX_EDGES'),
      policies: macro('RF_MAX_POLICIES'),
      skills: macro('RF_MAX_SKILLS'),
      pins: macro('RF_MAX_PINS'),
      localNames: macro('RF_MAX_LOCAL_NAMES'),
      interpreterWord: macro('RF_INTERPRETER_WORD'),
      lastingPorts: macro('RF_MAX_LASTING_PORTS'),
      everyoneRows: macro('RF_MAX_EVERYONE_ROWS'),
      everyonePrograms: macro('RF_MAX_EVERYONE_PROGRAMS'),
      scriptPath: macro('RF_SCRIPT_PATH'),
      agents: macro('RF_MAX_AGENTS'),
    }).toEqual(LIMITS);
    expect(macro('RF_MAX_LEARNED_AT_ONCE')).toBe(MAX_ADDRESSES);
  });

  it('decodes an event as C writes it', () => {
    const bytes = runC(`
      static unsigned char room[sizeof(struct rf_event) + 7];
      struct rf_event *e = (void *)room;
      e->version = 1; e->kind = RF_EVENT_DECISION; e->header_bytes = sizeof(*e); e->sequence = 7; e->monotonic_ns = 1ull << 40;
      e->label.session = 0x1122334455667788ull; e->label.policy = 3; e->label.generation = 4; e->label.skill = 5; e->label.flags = 1;
      e->pid = 10; e->tid = 11; e->parent_pid = 12; e->uid = 1000; e->start_ns = 99;
      e->operation = RF_CREATE; e->call = RF_CALL_MKDIR; e->verdict = RF_BLOCK; e->reason = RF_REASON_LOCATION;
      e->rule = 21; e->location = 22; e->call_flags = 23;
      e->object.device = 31; e->object.generation = 32; e->object.inode = 33;
      e->instead_of = RF_ASK; e->job = 1; e->family = 10; e->port = 443; e->address[15] = 1; e->protocol = 6;
      strcpy(e->comm, "node"); e->filesystem_magic = 0xef53; e->path_bytes = 5; memcpy(e->path, "/a/bc/d", 7);
      e->other_path_bytes = 2; e->request = 41; e->deadline_ns = 42; e->approver = 1001; e->operations = 1 << RF_CREATE | 1 << RF_WRITE;
      e->origin_pid = 9; e->origin_start_ns = 1ull << 41; e->own_program = 1;
      fwrite(room, 1, sizeof room, stdout);`);
    const event = decodeEvent(Buffer.from(bytes, 'latin1'));
    expect(event).toMatchObject({
      kind: 'decision',
      sequence: 7n,
      monotonicNs: 1n << 40n,
      label: { session: 0x1122334455667788n, policy: 3, generation: 4, skill: 5, flags: 1 },
      pid: 10,
      tid: 11,
      parentPid: 12,
      uid: 1000,
      startNs: 99n,
      operation: 'create',
      call: 'mkdir',
      verdict: 'block',
      reason: 'location',
      insteadOf: 'require_approval',
      isJob: true,
      rule: 21,
      location: 22,
      callFlags: 23,
      object: { device: 31, generation: 32, inode: 33n },
      family: 10,
      port: 443,
      protocol: 6,
      comm: 'node',
      filesystemMagic: 0xef53,
      request: 41,
      deadlineNs: 42n,
      approver: 1001,
      operations: ['write', 'create'],
      origin: { pid: 9, startNs: 1n << 41n },
      hasOwnProgram: true,
    });
    if (event.kind !== 'decision') throw new Error('not a decision');
    expect(Buffer.from(event.path).toString()).toBe('/a/bc');
    expect(Buffer.from(event.otherPath).toString()).toBe('/d');
    expect(event.address[15]).toBe(1);
  });

  it('decodes what withdraws a question', () => {
    const bytes = runC(`
      struct rf_event e = { .version = 2, .kind = RF_EVENT_WITHDRAWN, .header_bytes = sizeof(e), .request = 41, .pid = 10 };
      fwrite(&e, 1, sizeof e, stdout);`);
    expect(decodeEvent(Buffer.from(bytes, 'latin1'))).toMatchObject({ kind: 'withdrawn', request: 41, pid: 10 });
  });

  it('decodes a captured answer as C writes it', () => {
    const bytes = runC(`
      static struct rf_captured_answer a = { .session = 5, .policy = 6, .sequence = 7, .socket = 8, .bytes = 2, .protocol = 6,
        .flags = RF_ANSWER_SYN, .skill_policy = 9, .data = "ab" };
      fwrite(&a, 1, sizeof a, stdout);`);
    expect(decodeCaptured(Buffer.from(bytes, 'latin1'))).toEqual({
      policy: 6,
      skillPolicy: 9,
      answer: {
        ...{ session: 5n, sequence: 7, socket: 8n, protocol: 'tcp', begins: true },
        bytes: new Uint8Array(Buffer.from('ab')),
      },
    });
  });

  it('orders to learn as C reads', () => {
    const address = Uint8Array.from({ length: 16 }, (_, index) => index);
    const answer = {
      name: wireName('a.b'),
      addresses: [
        { address, seconds: 9 },
        { address, seconds: 10 },
      ],
    };
    const order = encodeOrder(5n, 6, answer, false);
    const printed = runC(`
      static const unsigned char order[] = {${[...order].join(',')}}, done[] = {${[...encodeOrder(7n, 8, null, true)].join(',')}};
      const struct rf_learn_order *o = (void *)order, *d = (void *)done;
      printf("%llu %u %u %u %d ", o->session, o->policy, o->count, o->done, memcmp(o->name, "\\1a\\1b", 5));
      printf("%d %u %u ", o->addresses[1].address[15], o->addresses[0].seconds, o->addresses[1].seconds);
      printf("%llu %u %u %u\\n", d->session, d->policy, d->count, d->done);`);
    expect(printed).toBe('5 6 2 0 0 15 9 10 7 8 0 1\n');
  });

  it('has grants where C looks for them', () => {
    const question = Uint8Array.from({ length: SIZES.question }, (_, index) => index);
    const process = { pid: 7, startNs: 8n };
    const keys = [grantKey(question, { process, rule: 0 }), grantKey(question, { process: null, rule: 9 })];
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char one[] = ${array(keys[0] as Uint8Array)}, all[] = ${array(keys[1] as Uint8Array)};
      static unsigned char whole[sizeof(struct rf_question)];
      for (unsigned int i = 0; i < sizeof whole; i++) whole[i] = i;
      const struct rf_grant_key *o = (void *)one, *a = (void *)all;
      struct rf_question rest = a->question;
      printf("%d %u %llu %u\\n", memcmp(&o->question, whole, sizeof whole), o->pid, o->start_ns, o->rule);
      printf("%d %u %llu %u ", memcmp(&rest, whole, offsetof(struct rf_question, call)), a->pid, a->start_ns, a->rule);
      memset(&rest, 0, offsetof(struct rf_question, call));
      memset(whole, 0, sizeof whole);
      printf("%d\\n", memcmp(&rest, whole, sizeof whole));`);
    expect(printed).toBe('0 7 8 0\n0 0 0 9 0\n');
  });

  it('encodes as C reads', () => {
    const order = encodeLabelOrder(77, { session: 5n, policy: 6, generation: 7, skill: 8, flags: 1 });
    const bloom = new BigUint64Array(16);
    addToBloom(bloom, 123456n);
    const superblock = encodeSuperblock(0xffff888000000001n, 1, bloom);
    const destination = encodeDestination([{ low: 1, high: 2, protocol: 6, verdict: 3, operation: 6, rule: 9 }]);
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char order[] = ${array(order)}, superblock[] = ${array(superblock)}, destination[] = ${array(destination)};
      const struct rf_label_order *o = (void *)order; const struct rf_superblock *s = (void *)superblock;
      const struct rf_destination *d = (void *)destination;
      printf("%u %llu %u %u %u %u\\n", o->pid, o->label.session, o->label.policy, o->label.generation, o->label.skill, o->label.flags);
      __u64 bit = (123456ull * 0x9E3779B97F4A7C15ULL) >> 54;
      printf("%llx %u %d\\n", s->identity, s->flags, !!(s->bloom[bit >> 6] & (1ull << (bit & 63))));
      printf("%u %u %u %u %u %u\\n", d->count, d->ranges[0].low, d->ranges[0].high, d->ranges[0].protocol, d->ranges[0].verdict, d->ranges[0].rule);`);
    expect(printed).toBe('77 5 6 7 8 1\nffff888000000001 1 1\n1 1 2 6 3 9\n');
  });

  it('has of a policy what C reads', () => {
    const settings: PolicySettings = {
      onViolation: 'kill',
      undeclared: { asks: ['read', 'connect'], audits: ['write', 'read', 'listen'] },
      limits: { deletionsPerMinute: 2 ** 40, processes: 7, bytesSent: 2 ** 40 },
      firstBaseRule: 21,
    };
    const without = { ...settings, limits: NO_LIMITS, undeclared: { asks: [], audits: [...OPERATIONS] } };
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char all[] = ${array(encodePolicy(3, settings))}, none[] = ${array(encodePolicy(1, without))};
      const struct rf_policy *p = (void *)all, *q = (void *)none;
      printf("%u %d %d %d ", p->generation, p->flags == RF_POLICY_KILL, p->asks == (1 << RF_READ | 1 << RF_CONNECT), p->audits == (1 << RF_WRITE | 1 << RF_LISTEN));
      printf("%u %u %u %d %llu\\n", p->first_base_rule, p->deletions_per_minute, p->processes, p->silence == RF_BLOCK, p->bytes_sent);
      printf("%u %u %d %llu\\n", q->deletions_per_minute, q->processes, q->silence == RF_ALLOW, q->bytes_sent);`);
    expect(printed).toBe(`3 1 1 1 21 ${2 ** 32 - 1} 7 1 ${2 ** 40}\n0 0 1 0\n`);
  });

  it('puts no limit of 0 in force, which the kernel takes for none', () => {
    const settings: PolicySettings = {
      ...{ onViolation: 'block', undeclared: REFUSE_UNDECLARED, firstBaseRule: 0 },
      limits: { ...NO_LIMITS, bytesSent: 0 },
    };
    expect(() => encodePolicy(1, settings)).toThrow(RangeError);
  });

  it('has delegated rights where C looks for them', () => {
    const key = encodeDelegationKey({ policy: 3, program: 4, startedBy: 5 });
    const value = encodeDelegation({ policy: 6, location: 7, arguments: 1 });
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char key[] = ${array(key)}, value[] = ${array(value)};
      const struct rf_delegation_key *k = (void *)key; const struct rf_delegation *d = (void *)value;
      printf("%u %u %u %u ", k->policy, k->program, k->started_by, k->reserved);
      printf("%u %u %d\\n", d->policy, d->location, d->arguments == RF_ARGUMENTS_GIT_TRANSPORT);`);
    expect(printed).toBe('3 4 5 0 6 7 1\n');
    expect(ARGUMENTS[1]).toBe('git-transport');
  });

  it('has skills where C looks for them', () => {
    const file = encodeSkillFileKey({ device: 3, generation: 4, inode: 5n }, 6);
    const word = encodeInterpreterWord(7, '--rcfile');
    const value = encodeBinding({ policy: 8, skill: 9 });
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char file[] = ${array(file)}, word[] = ${array(word)}, value[] = ${array(value)};
      const struct rf_skill_file_key *f = (void *)file; const struct rf_interpreter_word *w = (void *)word;
      const struct rf_binding *b = (void *)value;
      printf("%u %u %llu %u %u ", f->object.device, f->object.generation, f->object.inode, f->policy, f->reserved);
      printf("%u %s %u %u ", w->interpreter, w->text, b->policy, b->skill);
      printf("%d %d %d %d ", RF_INTERPRETER_CLUSTERS, RF_INTERPRETER_PLUS, RF_INTERPRETER_EXTENSIONS, RF_INTERPRETER_LOADS);
      printf("%d %d %d %d ", RF_WORD_VALUE, RF_WORD_NO_FILE, RF_WORD_COMMAND, RF_WORD_REST);
      printf("%d %d %d %d", RF_WORD_ALONE, RF_WORD_MAYBE, RF_WORD_MODULE, RF_LABEL_SKILLS);`);
    const flags = Object.values(INTERPRETER_FLAGS).join(' ');
    expect(printed).toBe(`3 4 5 6 0 7 --rcfile 8 9 ${flags} ${Object.values(WORD_KINDS).join(' ')} ${LABEL_SKILLS}`);
    expect(() => encodeInterpreterWord(1, 'x'.repeat(28))).toThrow(RangeError);
  });

  it('has recognised agents where C looks for them', () => {
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char key[] = ${array(encodePair(1000, 7))}, value[] = ${array(encodePair(8, 9))}, known[] = ${array(encodePair(10, 0))};
      const struct rf_waiting_key *k = (void *)key; const struct rf_waiting *w = (void *)value; const struct rf_recognition *r = (void *)known;
      printf("%u %u %u %u %u ", k->uid, k->agent, w->policy, w->generation, r->policy);
      printf("%u %u %u %u %u %d ", RF_TEXT_PATH, RF_TEXT_UNIT, RF_TEXT_MODULE, RF_TEXT_ENVIRONMENT, RF_TEXT_CODE, RF_BELOW);
      printf("%d %d", RF_LABEL_RECOGNISED | 7 << RF_LABEL_AGENT_SHIFT, RF_LABEL_LATE);`);
    const { path, unit, module } = TEXT_DEVICES;
    expect(printed).toBe(
      `1000 7 8 9 10 ${path} ${unit} ${module} ${ENVIRONMENT_DEVICE} ${CODE_DEVICE} 15 ${recognisedFlags(7, false)} 1`,
    );
    expect(agentInFlags(recognisedFlags(255, true))).toBe(255);
    expect(agentInFlags(1)).toBe(0);
    expect(agentInFlags(startedFlags(3, true))).toBe(0);
    expect(startedFlags(3, true)).toBe((3 << 8) | 2);
  });

  it('writes what everyone else is held to as C reads it', () => {
    const held = encodeEveryone({
      ...{ policy: 7, agentsPolicy: 9, letsThrough: true, untilNs: 5n, beginnings: new Uint8Array(32).fill(0x80, 31) },
      homes: [{ device: 1, generation: 0, inode: 1n }],
    });
    const rights = encodeRights([1, 64, 255]);
    const printed = runC(`
      struct rf_everyone *e = (void *)(unsigned char[]){${held.join()}};
      struct rf_everyone_rights *r = (void *)(unsigned char[]){${rights.join()}};
      unsigned long long bit = 0x9E3779B97F4A7C15ULL >> 54;
      printf("%u %d %llx %d ", e->policy, e->flags == RF_EVERYONE_LETS_THROUGH, (unsigned long long)e->beginnings[3], !!(e->bloom[bit >> 6] & (1ULL << (bit & 63))));
      printf("%llx %llx %llx %llu %u %d", (unsigned long long)r->rows[0], (unsigned long long)r->rows[1], (unsigned long long)r->rows[3], (unsigned long long)e->until_ns, e->agents_policy, RF_ROW_LOCATION);`);
    expect(printed).toBe('7 1 8000000000000000 1 2 1 8000000000000000 5 9 1024');
    expect(() => encodeRights([MAX_ROWS + 1])).toThrow(RangeError);
    expect(encodeScriptPath('/usr/bin/aws')?.subarray(0, 13)).toEqual(new TextEncoder().encode('/usr/bin/aws\0'));
    expect(encodeScriptPath(`/${'a'.repeat(127)}`)).toBe(null);
  });

  it('decodes what everyone else has done', () => {
    const bytes = runC(`
      static unsigned char room[sizeof(struct rf_event) + 16];
      struct rf_event *e = (void *)room;
      e->version = 1; e->kind = RF_EVENT_EVERYONE; e->header_bytes = sizeof(*e); e->uid = 1000; e->rule = 9; e->times = 12;
      e->operation = RF_READ; e->call = RF_CALL_OPEN; e->verdict = RF_BLOCK; e->instead_of = RF_ASK; e->reason = RF_REASON_LOCATION;
      e->executable_device = 4; e->approver = RF_NOBODY; e->path_bytes = 4; e->other_path_bytes = 7; memcpy(e->path, "/a/b/c\\0c\\0-x", 11);
      fwrite(room, 1, sizeof room, stdout);`);
    const event = decodeEvent(Buffer.from(bytes, 'latin1'));
    expect(event).toMatchObject({
      ...{ kind: 'everyone', uid: 1000, rule: 9, times: 12, verdict: 'block', insteadOf: 'require_approval' },
      executableDevice: 4,
    });
    if (event.kind !== 'everyone') throw new Error('not of everyone');
    expect(Buffer.from(event.otherPath).toString()).toBe('/c');
    expect(Buffer.from(event.cmdline).toString()).toBe('c\0-x');
  });

  it('decodes a session that the kernel has begun', () => {
    const bytes = runC(`
      static unsigned char room[sizeof(struct rf_event) + 4];
      struct rf_event *e = (void *)room;
      e->version = 1; e->kind = RF_EVENT_RECOGNISED; e->header_bytes = sizeof(*e); e->label.session = 5; e->label.policy = 6;
      e->operation = RF_EXEC; e->call = RF_CALL_EXEC; e->verdict = RF_ALLOW; e->reason = RF_REASON_RULE; e->rule = 7;
      e->approver = RF_NOBODY; e->path_bytes = 4; memcpy(e->path, "/a/b", 4);
      fwrite(room, 1, sizeof room, stdout);`);
    const event = decodeEvent(Buffer.from(bytes, 'latin1'));
    expect(event).toMatchObject({ kind: 'recognised', rule: 7, label: { session: 5n, policy: 6 }, approver: null });
  });

  it('has modes where C looks for them', () => {
    const array = (bytes: Uint8Array) => `{${[...bytes].join(',')}}`;
    const printed = runC(`
      static const unsigned char one[] = ${array(encodeMode({ mode: 'audit', untilNs: 2n ** 40n }))};
      static const unsigned char other[] = ${array(encodeMode({ mode: 'permissive', untilNs: null }))};
      const struct rf_mode *a = (void *)one, *p = (void *)other;
      printf("%llu %d %llu %d", a->until_ns, a->kind == RF_MODE_AUDIT, p->until_ns, p->kind == RF_MODE_PERMISSIVE);`);
    expect(printed).toBe(`${2 ** 40} 1 0 1`);
  });

  it('names every code of the header, in its order', () => {
    const text = readFileSync(header, 'utf8');
    const codes = (prefix: string) =>
      [...text.matchAll(new RegExp(`^\\t${prefix}[A-Z_]+ = ([0-9]+),`, 'gm'))].map(([, code]) => Number(code));
    const named = (words: readonly (string | null)[]) => words.flatMap((word, code) => (word === null ? [] : [code]));
    expect(named(CALLS)).toEqual(codes('RF_CALL_'));
    expect(named(REASONS)).toEqual(codes('RF_REASON_'));
    expect(OPERATIONS.length).toBe(7);
    expect(VERDICTS.length).toBe(5);
  });
});
