/** What one policy may need. Beyond it compilation fails and names the rules; nothing is ever cut short. */
export type CompileLimits = {
  states: number;
  edges: number;
  /** Rows of one byte automaton. */
  rows: number;
  /** Cells of all byte automata, 2 bytes each. */
  cells: number;
  /** Distinct ways in which byte automata group bytes, 256 bytes each. */
  byteClasses: number;
  /** Distinct literal names. */
  components: number;
  accepts: number;
  destinations: number;
  /** Distinct host names and endings of names. */
  names: number;
  /** Elementary steps of the construction: a bound on time that does not depend on the machine. */
  steps: number;
};

export const COMPILE_LIMITS: CompileLimits = {
  states: 65_536,
  edges: 131_072,
  rows: 4_096,
  cells: 1_048_576,
  byteClasses: 4_096,
  components: 65_536,
  accepts: 12_288,
  destinations: 16_384,
  names: 4_096,
  steps: 50_000_000,
};

/** Rules in one policy, base included. */
export const MAX_RULES = 16_384;

/** Components between an object and the root of its superblock; `RF_MAX_DEPTH`. */
export const MAX_DEPTH = 64;

/** Bytes in one component; `RF_MAX_COMPONENT`. */
export const MAX_COMPONENT_BYTES = 255;

/** Port ranges of one destination, wider prefixes merged in; `RF_MAX_PORT_RANGES`. */
export const MAX_PORT_RANGES = 32;

/** Bytes of the name of an abstract socket, without the NUL before it; `RF_MAX_LOCAL_NAME`. */
export const MAX_LOCAL_NAME_BYTES = 107;

/** UTF-8 bytes of one pattern. */
export const MAX_PATTERN_BYTES = 4_096;

/** Patterns that braces around slashes may expand to. */
export const MAX_PATTERN_ALTERNATIVES = 256;

/** Braces within braces. */
export const MAX_BRACE_DEPTH = 8;

/** Names that a component such as `file[0-9]` may stand for before it becomes a byte automaton. */
export const MAX_LITERAL_ALTERNATIVES = 256;
