/** Questions, grants and sessions as a helper would tell them. */
import { type ApprovalRequest, approvalRequest, type Grant, grant } from '../../../core/protocol/approval.ts';
import { type Snapshot, snapshot } from '../../../core/protocol/methods.ts';
import { type Session, session } from '../../../core/protocol/session.ts';

const AT = '2026-01-01T00:00:00Z';

export function question(id: number, more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    ...approvalRequest.parse({
      id,
      owner: 1000,
      session: 's-1',
      skillId: 'release-notes',
      operation: 'read',
      operations: ['read'],
      call: 'open',
      path: '/home/dev/.aws/credentials',
      otherPath: null,
      address: null,
      port: null,
      chain: [{ pid: 4120, executable: '/usr/bin/python3' }],
      rule: null,
      askedAt: AT,
      status: { state: 'held', until: '2026-01-01T00:00:30Z' },
      options: ['deny', 'allow-once', 'allow-session'],
    }),
    ...more,
  };
}

export function grantOf(id: number, request: number): Grant {
  return grant.parse({
    id,
    owner: 1000,
    session: 's-1',
    skillId: 'release-notes',
    request,
    option: 'allow-session',
    operations: ['read'],
    object: '/home/dev/.aws/credentials',
    grantedAt: AT,
    until: null,
  });
}

export function sessionOf(id: string): Session {
  return session.parse({
    id,
    owner: 1000,
    skillId: 'release-notes',
    skillVersion: '1.2.0',
    keyName: 'dev',
    manifestPath: '/home/dev/skill/clawmanifest.json',
    workingDirectory: '/home/dev/src',
    command: ['python3', 'publish.py'],
    startedAt: AT,
    endedAt: null,
    pids: [4120],
    blocks: 0,
  });
}

export function snapshotOf(more: Partial<Snapshot> = {}): Snapshot {
  return {
    ...snapshot.parse({
      protocol: 1,
      helperVersion: '0.1.0',
      enforcement: { state: 'enforcing', kernel: '6.12.0' },
      sessions: [],
      approvals: [],
      grants: [],
      sequence: 0,
    }),
    ...more,
  };
}
