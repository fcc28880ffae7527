import { z } from 'zod';
import {
  count,
  denied,
  egress,
  instant,
  label,
  list,
  listen,
  localSocket,
  pathPattern,
  plainPath,
  prose,
  publicKey,
  sha256Hex,
  signers,
  skillPath,
  variable,
  webAddress,
} from './field-checks.ts';

const program = z.union([pathPattern, z.strictObject({ path: plainPath, sha256: sha256Hex })]);

// Strict inside: a permission that is not understood could be a restriction, and leaving it out would widen the grant.
const lists = {
  filesystem: z
    .strictObject({
      read: list(pathPattern).optional().describe('Opening for reading and listing directories.'),
      write: list(pathPattern).optional().describe('Writing, creating and deleting; not reading.'),
      create: list(pathPattern).optional().describe('Creating alone.'),
      delete: list(pathPattern).optional().describe('Deleting and moving away alone.'),
    })
    .optional(),
  network: z
    .strictObject({
      egress: list(egress)
        .optional()
        .describe('Where it may connect: host:port, 192.0.2.1:443, [2001:db8::1]:443, 10.0.0.0/8:8000-8100/tcp, @npm.'),
      listen: list(listen).optional().describe('Where it may wait for connections: 127.0.0.1:3000, *:8000-8010/tcp.'),
    })
    .optional(),
  unix_sockets: z
    .strictObject({
      connect: list(localSocket)
        .optional()
        .describe('Sockets it may connect to: by path, as @name, or by what acts for the person: ssh-agent, docker.'),
    })
    .optional(),
  exec: list(program).optional().describe('Programs it may run and read.'),
};

/** What is asked about although no list names it. */
export const APPROVAL_CLASSES = [
  'read:secrets',
  'write:persist',
  'read:new',
  'write:new',
  'exec:new',
  'net:new-host',
] as const;
export type ApprovalClass = (typeof APPROVAL_CLASSES)[number];

const permissions = z.strictObject({
  filesystem: lists.filesystem
    .unwrap()
    .extend({ deny: list(pathPattern).optional().describe('Refused whatever other lists grant.') })
    .optional(),
  network: lists.network
    .unwrap()
    .extend({
      deny: list(denied).optional().describe('Addresses and hosts it never connects to.'),
      dns: z.enum(['resolver']).optional().describe('It may ask the name servers that this machine is set to use.'),
      via: z
        .enum(['proxy'])
        .optional()
        .describe(
          'proxy: the hosts of egress are reached only through a proxy of the session, by exactly these names, with TLS.',
        ),
    })
    .optional(),
  unix_sockets: lists.unix_sockets
    .unwrap()
    .extend({ bind: list(pathPattern).optional().describe('Sockets that it may make.') })
    .optional(),
  exec: lists.exec,
  env: z
    .strictObject({ pass: list(variable).optional(), deny: list(variable).optional() })
    .optional()
    .describe('Environment variables that the agent is started with.'),
  broad: z.boolean().optional().describe('Grants of nearly everything, such as /**, are meant.'),
  require_approval: z
    .strictObject({ ...lists, classes: list(z.enum(APPROVAL_CLASSES)).optional() })
    .optional()
    .describe('What a person is asked about each time; it wins over a grant.'),
});

// The forms of its texts are judged by verifySignature, which can say what they look like.
const signature = z.looseObject({
  algorithm: label(64),
  value: z.string(),
  signed_by: label(128),
  key_id: z.string().optional(),
  /** `sha256:` of the canonical manifest without its signature: tells a changed manifest from a changed signature. */
  digest: z.string().optional(),
  /** Says that the text is laid out in one way, so that no byte of it can change: see layout.ts. */
  layout: z.string().optional(),
  /** Key ids of those without whose co-signatures it must not be used. */
  co_signers: z.array(z.string()).optional(),
});

/** Who stands behind the manifest, and since when and until when it holds. */
const trustFields = {
  publisher: z
    .looseObject({
      name: label(128).optional(),
      url: webAddress.optional(),
      keys: signers(publicKey)
        .optional()
        .describe('Their public keys, a line each, for people to look at and trust. By themselves they prove nothing.'),
    })
    .optional()
    .describe('Who stands behind it.'),
  created: instant.optional().describe('When it was signed, in UTC: 2026-01-31T00:00:00Z; sign writes it.'),
  expires: instant.optional().describe('When it ceases to hold, in UTC: 2026-12-31T00:00:00Z.'),
  supersedes: list(label(64))
    .optional()
    .describe('Versions that this one takes the place of, where versions have no order of their own.'),
  signatures: signers(signature).optional().describe('Co-signatures; sign --co-sign adds them.'),
};

/** The format of clawmanifest.json. Loose at the top: unknown fields are kept, since the signature covers them. */
export const manifestSchema = z.looseObject({
  /** For editors. */
  $schema: z.string().optional(),
  skill_id: label(128).describe('Name of the skill.'),
  version: label(64).describe('Version of the skill.'),
  name: label(128).optional(),
  description: prose.optional(),
  critical: list(label(128)).optional(),
  schema: z.enum(['1.0', '1.1']).optional().describe('The version of this format.'),
  on_violation: z
    .enum(['block', 'kill'])
    .optional()
    .describe('What a refusal does: the call fails, or the process is killed as well.'),
  mode: z
    .enum(['enforce', 'audit'])
    .optional()
    .describe('audit: what nothing declares is allowed and recorded, if whoever starts the agent may choose that.'),
  /** The agents that it is written for, and where the skill lies. */
  applies_to: z
    .strictObject({
      agents: list(label(64)).optional().describe('Names of the agents it is written for.'),
      skill_root: pathPattern.optional().describe('Where the folder of the skill may lie.'),
    })
    .optional(),
  /** What one session may do in all. */
  limits: z
    .strictObject({
      deletions_per_minute: count.optional().describe('Files and folders removed or replaced within a minute.'),
      processes: count.optional().describe('Processes at once.'),
      bytes_sent: count.optional().describe('Bytes sent to addresses in the whole session.'),
    })
    .optional(),
  ...trustFields,
  permissions,
  hashes: z
    .record(skillPath, z.string())
    .describe('sha256: and 64 hex digits for every file of the skill; sign writes it.'),
  signature: signature.optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Permissions = Manifest['permissions'];
/** The lists that grant, and in the same shape those that ask. */
export type PermissionLists = Pick<Permissions, 'filesystem' | 'network' | 'unix_sockets' | 'exec'>;
/** A program that may be run: by path or pattern, or one file with its content. */
export type Program = NonNullable<Permissions['exec']>[number];
export type Signature = z.infer<typeof signature>;

/** The form of one signature, as it also stands in a detached file. */
export { signature as signatureSchema };

/** Names of the top-level fields this version understands. */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(manifestSchema.shape));
