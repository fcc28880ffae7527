import type { AddressScope } from '../names/address-scope.ts';
import type { NamePattern } from '../names/host-name.ts';

/** A mount of the host, as `/proc/self/mountinfo` has it. */
export type Mount = {
  /** The kernel's own dev_t of the superblock: major << 20 | minor. */
  device: number;
  /** What of the filesystem is mounted: a path from the filesystem's own root. */
  root: string;
  /** Where the host sees it. */
  mountpoint: string;
  type: string;
};

/** One range of ports of a destination, as `rf_port_range`. */
export type PortRange = {
  low: number;
  high: number;
  /** IPPROTO number, 0 for any. */
  protocol: number;
  /** Code of the verdict. */
  verdict: number;
  /** Code of the operation. */
  operation: number;
  rule: number;
};

/** What is said of an abstract socket whose name is this one, and of those that begin with it; as `rf_local_name`. */
export type LocalName = {
  name: Uint8Array;
  /** Codes of verdicts; 0: silence. */
  exact: { verdict: number; rule: number };
  longer: { verdict: number; rule: number };
};

/**
 * A policy as the kernel reads it, numbered from 1 within itself: 0 is the dead state, no row, no accept. Fields are
 * those of `bpf/ringfence.h`; the helper relocates the numbers when it fills the maps.
 */
export type PolicyTables = {
  /** Names with edges of their own; component id = index + 1, below OUTCOME_EDGE. */
  components: readonly Uint8Array[];
  /** Index = state. */
  nodes: {
    wild: Uint32Array;
    /** Cell at which the byte automaton for wildcards within names begins. */
    row: Uint32Array;
    accept: Uint32Array;
    residual: Uint32Array;
    strictest: Uint8Array;
    /** `rf_node_flags` */
    flags: Uint8Array;
  };
  /** By state, then component. */
  edges: { state: Uint32Array; component: Uint32Array; next: Uint32Array };
  /**
   * Byte automata, one after another: `map`, `width` and `rows` have an entry for each. In `cells` each is two cells that
   * stay free, then its rows of `width` cells: what a name that ends here comes to (0: nothing), and the number of the
   * next row, from 1, for each class from 1. `classes` has 256 bytes for each map; class 0 leads nowhere.
   */
  matchers: { classes: Uint8Array; map: Uint32Array; width: Uint32Array; rows: Uint32Array; cells: Uint16Array };
  /** `verdict` and `rule` are accept * 16 + operation, `silent` has a bit per operation. */
  accepts: { verdict: Uint8Array; rule: Uint32Array; silent: Uint32Array };
  /** One for each superblock among the mounts, ascending; state 0 where no rule reaches it. */
  starts: { device: Uint32Array; state: Uint32Array };
  /** The longest prefix that fits an address holds all that is to be said about it. */
  destinations: {
    /** 16 bytes each; IPv4 as ::ffff:a.b.c.d. */
    address: Uint8Array;
    prefixLength: Uint8Array;
    ranges: readonly (readonly PortRange[])[];
  };
  names: NameTables;
  /** The longest entry that a name begins with holds all that is to be said about it. */
  localNames: readonly LocalName[];
};

/** Rules on host names. The longest ending that fits a name holds all that is to be said about it, unless the name itself is there. */
export type NameTables = {
  /** `host` = index in `hosts` + 1. */
  patterns: readonly (NamePattern & { readonly host: number })[];
  hosts: readonly { readonly scopes: readonly AddressScope[]; readonly ranges: readonly PortRange[] }[];
  /** Whose answers count: 16 bytes each; IPv4 as ::ffff:a.b.c.d. */
  resolvers: Uint8Array;
};

/** `RF_NODE_ABSORBING`: every further component stays in this state. */
export const NODE_ABSORBING = 1;

/** `RF_OUTCOME_EDGE`: an edge by what the byte automaton of its state comes to, not by a name. */
export const OUTCOME_EDGE = 0x8000_0000;

/** Cells before the first row of a byte automaton: in the kernel the number of its map of classes, and its width. */
export const MATCHER_HEAD = 2;
