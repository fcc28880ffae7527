import { basename } from 'node:path';
import { connect } from '../../client/index.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { observedManifest } from '../../core/policy/observed-manifest.ts';
import { allRecords } from '../audit/all-records.ts';
import { shippedStarters } from '../shipped-starters.ts';
import { VERSION } from '../version.ts';
import { CommandError, type ExitCode } from './command-error.ts';
import { placeForManifest, writeDraft } from './draft-file.ts';
import type { Surroundings } from './surroundings.ts';

export type FromAuditOptions = {
  readonly fromAudit: string;
  /** The starter to begin with. */
  readonly agent?: string;
  readonly json?: boolean;
  readonly socket: string;
};

/** What an agent without a starter of its own begins with. */
const GENERIC = 'generic';

/** Writes a starter with what a session was seen to do beside it, and says line by line what that grants. */
export async function initFromAudit(
  directory: string,
  { fromAudit, agent, json, socket }: FromAuditOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { folder, path } = placeForManifest(directory, `Make it: mkdir ${directory}`);
  const records = await recordsOf(fromAudit, socket);
  const began = records.find(({ kind }) => kind === 'session.started');
  if (began === undefined) {
    const remedy = 'Sessions stand in the records of: ringfence audit --all. It has to be one of `ringfence run`.';
    throw new CommandError(`nothing is on record about the beginning of ${fromAudit}`, remedy);
  }
  const draft = observedManifest({
    base: baseFor(agent ?? began.skill_id, agent !== undefined),
    skillId: basename(folder),
    observations: records.filter(({ kind }) => kind === 'decision'),
    home: surroundings.home,
    workspace: workingDirectory(began),
  });
  return writeDraft(path, draft, { problems: [], json: json === true }, surroundings);
}

async function recordsOf(session: string, socketPath: string): Promise<EvidenceRecord[]> {
  const connected = await connect({ socketPath, client: { name: 'ringfence', version: VERSION } });
  if (!connected.ok) throw new CommandError(connected.error.message, connected.error.remedy);
  try {
    const records: EvidenceRecord[] = [];
    for await (const page of allRecords(connected.value, { session })) {
      if (!page.ok) throw new CommandError(page.error.message, page.error.remedy ?? 'See: ringfence audit --all');
      records.push(...page.value);
    }
    return records;
  } finally {
    connected.value.close();
  }
}

/** The starter that the session ran under, unless another one is named; the generic one for whatever is none. */
function baseFor(id: string | null, isNamed: boolean) {
  const found = shippedStarters();
  if (!found.ok) throw new CommandError(found.error, 'Install Ringfence again.');
  const named = found.value.find((one) => one.id === id || (id !== null && one.agents.includes(id)));
  if (named !== undefined) return named.manifest;
  const known = found.value.map((one) => one.id).join(', ');
  if (isNamed) throw new CommandError(`there is no starter ${id ?? ''}`, `There are ${known}.`);
  const generic = found.value.find((one) => one.id === GENERIC);
  if (generic === undefined) throw new CommandError(`there is no starter ${GENERIC}`, 'Install Ringfence again.');
  return generic.manifest;
}

function workingDirectory(began: EvidenceRecord): string {
  const { working_directory: folder } = began as { working_directory?: unknown };
  return typeof folder === 'string' ? folder : '/';
}
