/** Bytes of a manifest. */
export const MAX_MANIFEST_BYTES = 256 * 1024;

/** Objects and arrays inside one another, the outermost included. */
export const MAX_DEPTH = 16;

/** Characters of all pointers together: long names around many values would otherwise cost their product in memory. */
export const MAX_POINTER_CHARACTERS = 4 * 1024 * 1024;

/** Entries of one list of permissions. */
export const MAX_LIST = 1024;

/** Bytes of one path, as Linux's PATH_MAX. */
export const MAX_PATH_BYTES = 4096;

/** Regular files of a skill: more would make binding slow enough to notice. */
export const MAX_SKILL_FILES = 1024;

/** Bytes of all files of a skill together. */
export const MAX_SKILL_BYTES = 64 * 1024 * 1024;

/** Co-signatures of one manifest, keys that must co-sign it, and keys of its publisher: each costs a check of a curve point. */
export const MAX_SIGNERS = 16;

/** Bytes of a detached signature. */
export const MAX_DETACHED_BYTES = 64 * 1024;
