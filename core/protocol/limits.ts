/** Bounds of the protocol, in bytes unless said otherwise. What exceeds them is refused, never cut short. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** A manifest file as it is on disk. */
export const MAX_MANIFEST_BYTES = 256 * KIB;

/** The same manifest in base64, as a request carries it. */
export const MAX_MANIFEST_BASE64 = Math.ceil(MAX_MANIFEST_BYTES / 3) * 4;

/** One message from a client: anything may be asked in 1 MiB, and a manifest comes on top. */
export const MAX_REQUEST_BYTES = MIB + MAX_MANIFEST_BASE64;

/** One message from the helper. Lists are paged so that they fit. */
export const MAX_RESPONSE_BYTES = 4 * MIB;

/** Entries in one page of the audit log. */
export const MAX_PAGE_ENTRIES = 1000;

/** Arguments of a command line that are shown, and bytes of each. */
export const MAX_SHOWN_ARGUMENTS = 256;
export const MAX_SHOWN_ARGUMENT_LENGTH = 4096;

/** Skills with manifests of their own in one session, and interpreters that its user has brought along. */
export const MAX_SESSION_SKILLS = 64;
export const MAX_INTERPRETERS = 64;

/** Programs of one manifest that are granted by their content. */
export const MAX_PINNED_PROGRAMS = 64;
