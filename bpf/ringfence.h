/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the kernel programs and user space say to each other. Additive only: a field is never moved, reused or
 * resized while RF_LAYOUT_VERSION stands; helper/kernel/layout.ts mirrors it and a test holds the two together.
 *
 * A build that comes into force takes over the maps of the one before if the version and the types of all maps are the same;
 * otherwise it leaves them to that one. So the version also changes when a value means something else than before. What never
 * changes, whatever the version, is how a later build deals with an earlier one: the maps layout, guardians and waiting (whose
 * keys are removed), and rf_list_labels with struct rf_task_report.
 */
#ifndef RINGFENCE_H
#define RINGFENCE_H

#define RF_LAYOUT_VERSION 3

/* Bounds. What exceeds them is refused, never cut short. */
#define RF_MAX_DEPTH 64          /* components between an object and the root of its superblock */
#define RF_MAX_COMPONENT 255     /* bytes in one component */
#define RF_MAX_TASKS 16384       /* labelled tasks alive at once */
#define RF_MAX_SESSIONS 4096
#define RF_MAX_POLICIES 4096
#define RF_MAX_SUPERBLOCKS 1024
#define RF_MAX_BELONGINGS 65536  /* keys and System V objects of sessions; the oldest go first */
#define RF_MAX_COMPONENTS 131072 /* interned names in each length class */
#define RF_MAX_STATES 262144
#define RF_MAX_EDGES 524288
#define RF_MAX_CELLS 1048576     /* struct rf_cells */
#define RF_MAX_BYTE_CLASSES 8192
#define RF_OUTCOME_EDGE 0x80000000U
#define RF_MAX_ACCEPTS 16384
#define RF_MAX_LOCATIONS 1024
#define RF_MAX_LOCATION_INODES 65536
#define RF_MAX_DESTINATIONS 65536
#define RF_MAX_PORT_RANGES 32
#define RF_MAX_SKILLS 4096         /* bound at once */
#define RF_MAX_PINS 262144         /* inodes that bound skills stand on, each counted once a skill */
#define RF_MAX_LOCAL_NAMES 65536
#define RF_MAX_LOCAL_NAME 107     /* bytes of an abstract socket's name, without the NUL before it */
#define RF_RING_BYTES (8 * 1024 * 1024)
#define RF_RING_RESERVE_BYTES (2 * 1024 * 1024) /* of these, for what a person is asked, and for what happens to tasks and skills */
#define RF_EVENT_SLOTS 64
#define RF_MAX_PATH_BYTES (RF_MAX_DEPTH * (RF_MAX_COMPONENT + 1))
#define RF_MAX_REQUESTS 4096     /* calls held at once */
#define RF_MAX_GRANTS 16384
#define RF_MAX_GUARDIANS 16
#define RF_REQUEST_RING_BYTES (2 * 1024 * 1024)
#define RF_MAX_STOPS 64          /* times one request is stopped again after it was woken without an answer */
#define RF_REPEAT_NS 2000000000ULL     /* an answer serves repeats of the same question by the same task for so long */
#define RF_RUN_NS 10000000000ULL       /* reading what one has been allowed to execute */
#define RF_SHELL_NS 10000000000ULL     /* how long a job's call waits for its shell to be stopped */
#define RF_BEAT_NS 3000000000ULL       /* the helper counts as dead when it was silent for so long */
#define RF_MAX_PROGRAMS 256            /* files of programs that rights are delegated to, or that start those */
#define RF_MAX_DELEGATIONS 16384       /* rights of all policies */
#define RF_MAX_LASTING_PORTS 4096
#define RF_ONE_RUN_NS 60000000000ULL   /* a program that acts with a delegated right may look again at what it was allowed once */

/* What is asked for. A number names a bit in every mask of operations. */
enum rf_operation {
	RF_READ = 0,
	RF_WRITE = 1,
	RF_CREATE = 2,
	RF_DELETE = 3,
	RF_EXEC = 4,
	RF_CONNECT = 5, /* to an address, or to a socket that has a path */
	RF_LISTEN = 6,
	RF_OPERATIONS = 16, /* room for later operations */
};

/* Greater is stricter. NONE: no rule speaks, which is a refusal for an agent. */
enum rf_verdict {
	RF_NONE = 0,
	RF_ALLOW = 1,
	RF_ASK = 2,
	RF_BLOCK = 3,
	RF_KILL = 4,
};

/* Which call was judged. */
enum rf_call {
	RF_CALL_OPEN = 1,
	RF_CALL_EXEC = 2,
	RF_CALL_CREATE = 3,
	RF_CALL_MKDIR = 4,
	RF_CALL_MKNOD = 5,
	RF_CALL_SYMLINK = 6,
	RF_CALL_LINK = 7,
	RF_CALL_UNLINK = 8,
	RF_CALL_RMDIR = 9,
	RF_CALL_RENAME = 10,
	RF_CALL_TRUNCATE = 11,
	RF_CALL_CHMOD = 12,
	RF_CALL_CHOWN = 13,
	RF_CALL_CONNECT = 14,
	RF_CALL_SEND = 15,
	RF_CALL_SOCKET = 16,
	RF_CALL_PTRACE = 17,
	RF_CALL_MAP = 18,
	RF_CALL_SIGNAL = 19,
	RF_CALL_BPF = 20,
	RF_CALL_UMOUNT = 21,
	RF_CALL_IOCTL = 22,
	RF_CALL_PRLIMIT = 23,
	RF_CALL_SCHEDULE = 24,
	RF_CALL_BIND = 25,
	RF_CALL_LISTEN = 26,
	RF_CALL_FORK = 27,
	RF_CALL_XATTR = 28, /* extended attributes and access lists */
	RF_CALL_MOUNT = 29,
	RF_CALL_KEY = 30,        /* of the kernel's keyrings */
	RF_CALL_PERF = 31,       /* perf_event_open(2) */
	RF_CALL_MODULE = 32,     /* one that the kernel would load for the call */
	RF_CALL_CAPABILITY = 33, /* whatever needs one that only root of the machine has */
	RF_CALL_NOTIFY = 34,     /* inotify(7), fanotify(7) */
	RF_CALL_RECEIVE = 35,    /* a descriptor from another process */
	RF_CALL_IPC = 36,        /* System V shared memory, semaphores, messages */
	RF_CALL_TIMES = 37,      /* a file's times */
};

/* Why a verdict is what it is. */
enum rf_reason {
	RF_REASON_RULE = 1,              /* rf_event.rule decided */
	RF_REASON_NO_RULE = 2,           /* nothing declares it */
	RF_REASON_LOCATION = 3,          /* rf_event.location is protected */
	RF_REASON_DIRECTORY_MOVE = 4,    /* the policy below the two paths differs */
	RF_REASON_TOO_DEEP = 5,          /* more than RF_MAX_DEPTH components */
	RF_REASON_NAME_TOO_LONG = 6,     /* a component of more than RF_MAX_COMPONENT bytes */
	RF_REASON_DISCONNECTED = 7,      /* the walk did not end at the superblock's root */
	RF_REASON_UNKNOWN_FILESYSTEM = 8, /* no mount of the host shows this superblock */
	RF_REASON_UNSTABLE_PATH = 9,     /* directories moved during every attempt to walk */
	RF_REASON_INTERNAL_FILESYSTEM = 10, /* decided by the kind of a kernel-internal superblock */
	RF_REASON_FOREIGN_PROCESS = 11,  /* a process outside the session, or its /proc */
	RF_REASON_ADDRESS_FAMILY = 12,   /* socket family or type that no agent gets */
	RF_REASON_NO_POLICY = 13,        /* the label names a policy that is not loaded */
	RF_REASON_APPROVED = 14,         /* rf_event.approver allowed it, now or by a grant */
	RF_REASON_DENIED = 15,           /* rf_event.approver denied it */
	RF_REASON_TIMED_OUT = 16,        /* nobody answered in time */
	RF_REASON_NOBODY_TO_ASK = 17,    /* no approver is connected */
	RF_REASON_CANNOT_HOLD = 18,      /* needs an answer, but cannot wait for one here */
	RF_REASON_GUARD_UNAVAILABLE = 19, /* the helper is gone, or the tables are full */
	RF_REASON_INTERRUPTED = 20,      /* a signal such as Ctrl-C reached the held process */
	RF_REASON_SELF_PROTECTION = 21,  /* aimed at the guard itself */
	RF_REASON_LIMIT_DELETIONS = 22,  /* more in a minute than the policy allows */
	RF_REASON_LIMIT_PROCESSES = 23,  /* more at once than the policy allows */
	RF_REASON_LIMIT_BYTES = 24,      /* more sent than the policy allows */
	RF_REASON_TRUST_DROPPED = 25,    /* a file of the skill was changed after it was bound */
	RF_REASON_AUDIT_MODE = 26,       /* nothing declares it; allowed, as the session is only audited */
	RF_REASON_ANSWERS_UNREAD = 30,   /* name servers answered what has yet to be read, and the call could not wait for that */
	RF_REASON_PRIVATE_ADDRESS = 31,  /* a granted name led there, but no public name leads to such an address */
	RF_REASON_NAME_EXPIRED = 32,     /* a granted name has led there, but its answer is too old */
	RF_REASON_DELEGATED_PROCESS = 35, /* would let out what a process with a delegated right has in its memory */
	RF_REASON_OUTSIDE_SKILL = 38,    /* of the same session, but not bound to the caller's skill: a process, or another skill's program */
	RF_REASON_RAW_DEVICE = 39,       /* a device behind which no rule holds: disks, memory, keyboards */
	RF_REASON_MACHINE = 40,          /* would change or watch the machine itself: its kernel, mounts, network, clock */
	RF_REASON_FOREIGN_OBJECT = 41,   /* a key or a piece of memory that the session has not made */
};

enum rf_event_kind {
	RF_EVENT_DECISION = 1,
	RF_EVENT_SESSION_ENDED = 2, /* the last task of the session is gone */
	RF_EVENT_WITHDRAWN = 3,     /* nobody waits for rf_event.request any more */
	RF_EVENT_TRUST_DROPPED = 4, /* rf_event.object of the skill rf_event.label.skill is no longer what was bound */
	RF_EVENT_RECOGNISED = 5,    /* a session has begun: rf_event.object is what was executed, rf_event.rule the number of the agent */
	RF_EVENT_EVERYONE = 6,      /* a program that is no agent came to a row of the catalogue: rf_event.rule */
};

enum rf_label_flags {
	RF_LABEL_LATE = 1, /* the task ran before it was labelled */
	RF_LABEL_SKILLS = 2, /* its session has skills with manifests of their own */
	RF_LABEL_RECOGNISED = 4, /* its session was begun by nobody's word, but by what was executed */
};

/* Above the flags of such a label: the number of the agent. */
#define RF_LABEL_AGENT_SHIFT 8

enum rf_policy_flags {
	RF_POLICY_KILL = 1, /* a refusal also kills */
	RF_POLICY_NAMES = 2, /* has rules on host names */
};

enum rf_superblock_flags {
	RF_SUPERBLOCK_LOCATIONS = 1, /* holds protected locations */
};

enum rf_node_flags {
	RF_NODE_ABSORBING = 1, /* every further component stays in this state */
};

/* Who a task acts for. Copied to every child. */
struct rf_label {
	__u64 session;
	__u32 policy;
	__u32 generation; /* of the policy, when the label was set */
	__u32 skill;      /* what its manifest stands on, see rf_skill; 0: nothing that could change */
	__u32 flags;      /* enum rf_label_flags */
};

struct rf_session {
	__u64 live_tasks;
	__u64 processes;  /* thread groups alive or not yet waited for */
	__u64 bytes_sent; /* to addresses, loopback included */
	__u64 deletions;  /* minute of CLOCK_MONOTONIC << 32 | those within it: one word, as both change at once */
	__u64 reserved;
};

/* What holds for all of a policy. Masks of operations; an operation is in at most one of asks and audits. */
struct rf_policy {
	__u32 generation;
	__u32 flags;  /* enum rf_policy_flags */
	__u32 asks;   /* what no rule speaks of is asked about */
	__u32 audits; /* what no rule speaks of is allowed, and reported */
	__u32 first_base_rule; /* rules from here on stay when trust in the skill is dropped, 0: none does */
	__u32 deletions_per_minute; /* of files and folders, replaced ones included; 0: no limit */
	__u32 processes;            /* at once; 0: no limit */
	__u32 silence; /* enum rf_verdict: the strictest that silence comes to, over all operations on paths */
	__u64 bytes_sent;           /* in the whole session; 0: no limit */
};

struct rf_start_key {
	__u32 policy;
	__u32 device; /* super_block.s_dev */
};

struct rf_superblock {
	__u64 identity; /* address of the super_block, learned by the kernel itself */
	__u32 flags;    /* enum rf_superblock_flags */
	__u32 reserved;
	__u64 bloom[16]; /* over the inode numbers of protected inodes and of parents of protected names */
};

/* One state of the component automaton. State 0 is dead: no rule can match any more. */
struct rf_node {
	__u32 wild;     /* next state for a component without an edge of its own, 0: dead */
	__u32 row;      /* cell of the first row of the byte automaton for wildcard components, 0: none */
	__u32 accept;   /* index in accepts, 0: no rule matches here */
	__u32 residual; /* equal for two states: the policy below them is the same. 0: dead */
	__u8 strictest; /* strictest verdict reachable at or below, enum rf_verdict; RF_NONE counts as rf_policy.silence */
	__u8 flags;     /* enum rf_node_flags */
	__u16 reserved;
};

struct rf_edge_key {
	__u32 state;
	__u32 component;
};

/*
 * Byte automata lie in cells: states share them, and a byte counts as its class only. Two cells before the first row: the number of
 * the automaton's rf_byte_classes, and how many cells a row has. A row: what a name that ends here comes to (0: nothing), then for
 * each class from 1 the number of the next row, from 1 (0: dead). Where an outcome leads from a state, an edge says whose component
 * is RF_OUTCOME_EDGE | outcome; without one rf_node.wild holds.
 */
struct rf_cells {
	__u16 of[4];
};

struct rf_byte_classes {
	__u8 of[256]; /* 0: leads nowhere */
};

/* What the rules say in one state: masks of operations, each operation in at most one of the first four. */
struct rf_accept {
	__u32 allows;
	__u32 asks;
	__u32 blocks;
	__u32 kills;
	__u32 silent; /* an allowed operation is not reported */
	__u32 rule[RF_OPERATIONS];
};

struct rf_inode {
	__u32 device;
	__u32 generation;
	__u64 inode;
};

/* A bound skill. One that is not known counts as changed. */
struct rf_skill {
	__u64 session;
	__u64 dropped_ns; /* CLOCK_MONOTONIC, of the first change to what was bound; 0: none yet */
	__u32 pid;        /* thread group that made it; 0: the helper found it */
	__u32 additions;  /* 1: others have put something into its folders */
};

/* What an inode is to a skill that stands on it. */
enum rf_pin {
	RF_PIN_FILE = 1,   /* one of its files, or its manifest */
	RF_PIN_FOLDER = 2, /* its folder, or one inside */
	RF_PIN_ABOVE = 3,  /* a directory on the way to its folder */
};

struct rf_pin_key {
	struct rf_inode object;
	__u32 skill;
	__u32 reserved;
};

struct rf_location_name {
	struct rf_inode parent;
	__u32 component;
	__u32 reserved;
};

/* What an inode has to do with protected locations. */
struct rf_location_inode {
	__u32 location; /* it is a location's own, or inside one; 0: neither */
	__u32 names;    /* not 0: names below it are protected, see location_names */
};

/* A protected location: masks of operations; in neither: the manifest decides. */
struct rf_location {
	__u32 refuses;
	__u32 reserved[3];
};

struct rf_destination_key {
	__u32 prefix_length; /* bits: 32 for the policy, then those of the address */
	__u32 policy;        /* big endian, as the trie compares bytes */
	__u8 address[16];    /* IPv6; IPv4 as ::ffff:a.b.c.d */
};

struct rf_port_range {
	__u16 low;
	__u16 high;
	__u8 protocol; /* IPPROTO_TCP, IPPROTO_UDP, 0: any */
	__u8 verdict;
	__u16 operation; /* RF_CONNECT or RF_LISTEN */
	__u32 rule;
};

/* Wider prefixes are merged in by the compiler: the longest match is complete. */
struct rf_destination {
	__u32 count;
	struct rf_port_range ranges[RF_MAX_PORT_RANGES]; /* in order of precedence, the first that fits decides */
};

struct rf_local_name_key {
	__u32 prefix_length; /* bits: 32 for the policy, then those of the name */
	__u32 policy;        /* big endian, as the trie compares bytes */
	__u8 name[RF_MAX_LOCAL_NAME + 1]; /* of an abstract socket, without the NUL before it */
};

/* Shorter names are merged in by the compiler: the longest match is complete. */
struct rf_local_name {
	__u32 exact_rule;
	__u32 longer_rule;
	__u8 exact;   /* enum rf_verdict, on the name itself; RF_NONE: silence */
	__u8 longer;  /* on those that begin with it */
	__u16 bytes;  /* of the name */
};

struct rf_event {
	__u16 version; /* RF_LAYOUT_VERSION */
	__u16 kind;    /* enum rf_event_kind */
	__u32 header_bytes;
	__u64 sequence; /* 1, 2, 3 … for each attempt to report; a hole is a lost event */
	__u64 monotonic_ns;
	struct rf_label label;
	__u32 pid; /* thread group, in the initial PID namespace */
	__u32 tid;
	__u32 parent_pid;
	__u32 uid; /* in the initial user namespace */
	__u64 start_ns; /* boot-time clock, start of the thread group leader */
	__u8 operation;
	__u8 call;
	__u8 verdict;
	__u8 reason;
	__u32 rule;     /* 0: none */
	__u32 location; /* 0: none */
	__u32 call_flags; /* open flags */
	struct rf_inode object;
	__u64 executable_inode; /* of the thread group */
	__u32 executable_device;
	__u16 family; /* AF_INET, AF_INET6, or the refused family */
	__u16 port;   /* host byte order */
	__u8 address[16];
	__u8 protocol;
	__u8 several_rules; /* 1: what is asked about is not all of the named rule */
	__u8 instead_of; /* enum rf_verdict: allowed by the session's mode alone, what it would be otherwise; 0: not so */
	__u8 job; /* 1: it waits for the shell whose job it is to be stopped before it */
	__u8 reserved[4];
	char comm[16]; /* of the thread group leader; chosen by the process, for display only */
	__u32 filesystem_magic;
	__u32 path_bytes; /* path from the root of the superblock: "/a/b", not NUL-terminated */
	__u64 request;     /* number of the question, 0: none */
	__u64 deadline_ns; /* CLOCK_MONOTONIC; until then the call is held, 0: it is not held */
	__u32 approver;    /* uid of who answered, RF_NOBODY: nobody did */
	__u32 operations;  /* bit per operation: all that the call asks for */
	/* follows the path: where a rename or link leads, on the same superblock; RF_EVENT_EVERYONE: the program, a 0 and its arguments */
	__u32 other_path_bytes;
	__u32 times; /* RF_EVENT_EVERYONE: how often since the last one was told, this one included */
	__u64 origin_start_ns; /* boot-time clock, start of the process that origin_pid names */
	__u32 origin_pid; /* nearest process above within the session that runs a program of its own, 0: none; those between only forked */
	__u32 own_program; /* 1: the process has called exec within the session, or was labelled with what it ran */
	char path[];
};

#define RF_NOBODY 0xffffffffU
/* Of a process's arguments, as many as are told: with a 0 before them they fit into what the longest path leaves. */
#define RF_ARGUMENT_BYTES 254

/*
 * The whole of what a person is asked, compared byte by byte. An object that exists is named by its identity, one that the call
 * may create by its directory and name.
 */
struct rf_question {
	__u64 session;
	__u32 policy;
	__u32 generation; /* of the policy */
	__u32 skill;
	__u32 operations;
	__u8 call; /* enum rf_call; the creating half of an open counts as the open, both halves of an exec as one */
	__u8 protocol;
	__u16 port;
	__u16 family;
	__u16 exchange; /* 1: two names change places, the one of the lower inode comes first */
	__u64 argument; /* mode of chmod, owners of chown, mode and device of mknod */
	struct rf_inode object;
	struct rf_inode directory;
	struct rf_inode other_object; /* what a rename would replace */
	struct rf_inode other_directory;
	__u8 address[16];
	char name[RF_MAX_COMPONENT + 1];
	char other_name[RF_MAX_COMPONENT + 1];
};

/* A record of the ring of requests: a struct rf_event with its paths, then, for a new request, the question. */

/* A call that is held. */
struct rf_pending {
	__u32 pid; /* thread group */
	__u32 tid;
	__u64 start_ns; /* boot-time clock, start of the thread group leader */
	__u64 session;
	__u64 asked_ns;
	__u64 deadline_ns;
};

struct rf_answer {
	__u32 verdict; /* RF_ALLOW; RF_ASK: the shell whose job asks is stopped now; else the call is refused */
	__u32 reason;
	__u32 approver;
	__u32 reserved;
};

/* An answer that stays. With a rule the question holds session, policy, generation, skill and operations, and nothing else. */
struct rf_grant_key {
	struct rf_question question;
	__u64 start_ns; /* with pid: of one process, both 0: of the session */
	__u32 pid;
	__u32 rule;
};

struct rf_grant {
	__u64 until_ns; /* CLOCK_MONOTONIC, 0: no end */
	__u32 verdict;
	__u32 reason;
	__u32 approver;
	__u32 once; /* gone with the first call that it answers */
};

struct rf_guard {
	__u64 beat_ns;         /* CLOCK_MONOTONIC, of the helper's last sign of life; 0: it is gone */
	__u64 mount_namespace; /* inode number of the host's */
};

/* The helper asks the kernel which object a path of its own names. */
struct rf_probe {
	__u32 tid;   /* thread whose next open is recorded, 0: none */
	__u32 valid; /* set by the kernel */
	struct rf_inode object;
	__u64 superblock;
	__u32 filesystem_magic;
	__u32 mode; /* inode.i_mode */
	__s32 writers; /* inode.i_writecount: descriptors and mappings that can write; below 0: it is being executed */
	__u32 links;   /* inode.i_nlink */
};

struct rf_build {
	__u8 sha256[32];
};

/* The task iterators' order and answer. */
struct rf_label_order {
	__u32 pid; /* thread group to label */
	__u32 reserved;
	struct rf_label label;
};

struct rf_task_report {
	__u32 pid;
	__u32 tid;
	__u32 parent_pid;
	__s32 error; /* -errno of labelling, 0: done */
	struct rf_label label;
	char comm[16];
};

/*
 * Host names. A name is written as in DNS: each label behind its length, in small letters, the root's empty label and zeros behind.
 */
#define RF_NAME_BYTES 256
#define RF_MAX_NAMES 65536
#define RF_MAX_HOSTS 65536
#define RF_MAX_RESOLVERS 16384
#define RF_MAX_LEARNED 65536     /* addresses that names have led to, over all sessions */
#define RF_HOSTS_AN_ADDRESS 16
#define RF_ANSWER_BYTES 4096     /* of one capture; what is longer comes in several */
#define RF_MAX_CAPTURES 16       /* of one packet */
#define RF_ANSWERS_RING_BYTES (4 * 1024 * 1024)
#define RF_MAX_LEARNED_AT_ONCE 64

/* What rules say of a name, or of whatever ends with it. Wider endings are merged in by the compiler: the longest is complete. */
struct rf_name_key {
	__u32 policy;
	__u32 ending; /* 1: of names below it, 0: of it alone */
	char name[RF_NAME_BYTES];
};

/* Set in the number of a host some of whose rules refuse. */
#define RF_HOST_REFUSES 0x80000000U

enum rf_host_flags {
	RF_HOST_PRIVATE = 1,  /* leads to private addresses too */
	RF_HOST_LOOPBACK = 2, /* leads to this machine too */
};

struct rf_host_key {
	__u32 policy;
	__u32 host;
};

struct rf_host {
	__u32 count;
	__u32 flags; /* enum rf_host_flags */
	struct rf_port_range ranges[RF_MAX_PORT_RANGES]; /* in order of precedence, the first that fits decides */
};

/* A name server whose answers count. */
struct rf_resolver_key {
	__u32 policy;
	__u8 address[16];
};

struct rf_learned_key {
	__u64 session;
	__u8 address[16];
};

struct rf_learned_host {
	__u64 until_ns; /* CLOCK_MONOTONIC */
	__u32 host;     /* 0: none */
	__u32 reserved;
};

/* The names that have led a session to an address. */
struct rf_learned {
	__u64 closed_until_ns; /* more names that refuse than there is room for */
	struct rf_learned_host hosts[RF_HOSTS_AN_ADDRESS];
};

struct rf_lookup_settings {
	__u64 network_namespace; /* inode number of the host's: answers elsewhere are anybody's */
	__u64 shortest_ns;       /* an answer counts for at least so long */
	__u64 longest_ns;        /* and for at most so long */
	__u64 wait_ns;           /* a call waits so long for answers to be read */
};

enum rf_answer_flags {
	RF_ANSWER_SYN = 1, /* the stream begins: sequence is the number before its first byte */
};

/* What a name server sent that the kernel did not read itself. */
struct rf_captured_answer {
	__u64 session;
	__u32 policy;
	__u32 sequence; /* TCP: number of the first byte */
	__u64 socket;   /* cookie */
	__u16 bytes;    /* of data */
	__u8 protocol;  /* IPPROTO_TCP or IPPROTO_UDP */
	__u8 flags;     /* enum rf_answer_flags */
	__u32 skill_policy; /* of the skill that asked, 0: none did */
	__u8 data[RF_ANSWER_BYTES];
};

struct rf_learned_address {
	__u8 address[16];
	__u32 seconds; /* as the answer has it */
	__u32 reserved;
};

/* The helper's word for what a captured answer says. */
struct rf_learn_order {
	__u64 session;
	__u32 policy;
	__u32 count;
	__u32 done; /* 1: a capture has been worked through */
	__u32 reserved;
	char name[RF_NAME_BYTES];
	struct rf_learned_address addresses[RF_MAX_LEARNED_AT_ONCE];
};

/* A call that waits, without anyone being asked, until the session's captured answers have been read. */
struct rf_name_wait {
	struct rf_pending entry;
	__u64 request;
	__u32 stops;
	__u32 reserved;
};

/* How a program must have been started to have a right. */
enum rf_arguments {
	RF_ARGUMENTS_ANY = 0,
	RF_ARGUMENTS_GIT_TRANSPORT = 1, /* as git starts ssh: [-o SendEnv=GIT_PROTOCOL] [-4|-6] [-p PORT] HOST "git-… 'PATH'" */
};

struct rf_delegation_key {
	__u32 policy;     /* of the session */
	__u32 program;    /* number in programs */
	__u32 started_by; /* program that executes it, itself and no other in between; 0: whoever does */
	__u32 reserved;
};

/* What a program may do in a session beside what the session's policy lets all of it do. */
struct rf_delegation {
	__u32 policy;    /* its rules, a policy of its own; 0: there is no such right */
	__u32 location;  /* protected location that it reaches into, 0: none */
	__u32 arguments; /* enum rf_arguments */
	__u32 reserved;
};

/*
 * Skills within a session. A process that runs one of a skill's files is bound to it: what it asks for has to be allowed by the
 * session's policy and by the skill's.
 */
#define RF_MAX_SKILL_FILES 262144
#define RF_MAX_INTERPRETERS 1024
#define RF_MAX_INTERPRETER_WORDS 4096
#define RF_INTERPRETER_WORD 28

struct rf_binding {
	__u32 policy; /* the skill's, 0: bound to none */
	__u32 skill;  /* see rf_skill */
};

struct rf_skill_file_key {
	struct rf_inode object;
	__u32 policy; /* of the session */
	__u32 reserved;
};

/* What an interpreter's number is joined with. */
enum rf_interpreter_flags {
	RF_INTERPRETER_CLUSTERS = 0x10000,   /* takes several options of one letter as one argument */
	RF_INTERPRETER_PLUS = 0x20000,       /* + begins an option too */
	RF_INTERPRETER_EXTENSIONS = 0x40000, /* looks for the script with an extension as well */
	RF_INTERPRETER_LOADS = 0x80000,      /* whatever it opens it may run */
};

/* What a word of an interpreter's arguments means. */
enum rf_interpreter_word_kind {
	RF_WORD_VALUE = 1,   /* an option whose value is the next argument */
	RF_WORD_NO_FILE = 2, /* what is run is no file */
	RF_WORD_COMMAND = 3, /* stands before the script */
	RF_WORD_REST = 4,    /* a letter that takes the rest of its argument */
	RF_WORD_ALONE = 5,   /* an option without a value */
	RF_WORD_MAYBE = 6,   /* an option that may have a value, as any other may that is not known */
	RF_WORD_MODULE = 7,  /* an option whose value is the name of a module that is run */
};

struct rf_interpreter_word {
	__u32 interpreter; /* 0: the text is a file's name up to its first digit, and leads to its interpreter */
	char text[RF_INTERPRETER_WORD];
};

/* How strictly a session is held to its rules. One without an entry is held to all of them. */
enum rf_mode_kind {
	RF_MODE_PERMISSIVE = 1, /* what no rule speaks of is allowed, and reported */
	RF_MODE_AUDIT = 2,      /* so is what rules, locations and limits refuse or ask about */
};

struct rf_mode {
	__u64 until_ns; /* CLOCK_BOOTTIME, 0: no end */
	__u32 kind;     /* enum rf_mode_kind */
	__u32 reserved;
};

struct rf_counters {
	__u64 sequence;      /* last sequence number given out */
	__u64 dropped;       /* events the ring or the slots could not take */
	__u64 labelled_tasks;
	__u64 requests; /* last number given to a question */
	__u64 answers_lost; /* parts of name servers' answers that the helper's ring could not take */
	__u64 recognitions_lost; /* programs that were not looked at when they were executed, as there was no room */
};

/*
 * Agents by what they are started as. One policy's automaton tells them: in a state of it the rule for RF_EXEC is the number of an agent, the
 * one for RF_READ that of an interpreter, with its flags.
 */
#define RF_MAX_WAITING 16384
#define RF_MAX_CANDIDATES 1024     /* programs that are looked at at once */
#define RF_MAX_EXPECTED 16384
#define RF_RECOGNISED_TEXT 1024    /* bytes of a path in an interpreter's arguments */

/* Devices that no filesystem has: where words begin that are no path of a file. */
#define RF_TEXT_PATH 0xffffffffU   /* an interpreter's script, as it is written */
#define RF_TEXT_UNIT 0xfffffffeU   /* the name of a control group */
#define RF_TEXT_MODULE 0xfffffffdU /* an interpreter's module */

struct rf_recognition {
	__u32 policy; /* whose automaton tells agents, 0: none is recognised */
	__u32 reserved;
};

struct rf_waiting_key {
	__u32 uid;
	__u32 agent; /* 0: an entry says that this user's programs are looked at */
};

/* What an agent is held to that this user starts. */
struct rf_waiting {
	__u32 policy;
	__u32 generation;
};

/*
 * Everyone else: programs that are no agents, held to the catalogue of sensitive locations. One policy's automaton knows its places: in a
 * state of it the rule for an operation is the number of a row, and blocks mean deny, asks block and ask, allows put on record.
 */
#define RF_MAX_EVERYONE_ROWS 256
#define RF_MAX_EVERYONE_PROGRAMS 4096   /* numbers of them */
#define RF_MAX_EVERYONE_FILES 16384     /* of these programs */
#define RF_MAX_EVERYONE_HOMES 4096
#define RF_MAX_TRUSTED_PROCESSES 65536
#define RF_MAX_SIGHTINGS 16384
#define RF_SIGHTING_NS 10000000000ULL   /* what one program does at one row is told once in so long */
#define RF_SCRIPT_PATH 128              /* bytes of the path of a script that can be trusted */

/* Stands among the operations for all that a directory leads to: the strictest word at or below a state. */
#define RF_BELOW 15

/* Names of variables; see RF_TEXT_PATH. The rule for RF_EXEC: it injects code. The one for RF_READ: it does with a path in its value. */
#define RF_TEXT_ENVIRONMENT 0xfffffffcU
#define RF_TEXT_CODE 0xfffffffbU /* names of files that an interpreter loads. The rule for RF_EXEC: it does */

enum rf_everyone_flags {
	RF_EVERYONE_LETS_THROUGH = 1, /* until rf_everyone.until_ns what would be blocked is put on record only */
};

struct rf_everyone {
	__u32 policy; /* whose automaton knows the places, 0: nobody is held to anything */
	__u32 flags;  /* enum rf_everyone_flags */
	__u64 beginnings[4]; /* bit per byte that a name right below a home begins with, where any place is */
	__u64 bloom[16];     /* over the inode numbers in everyone_homes */
	__u64 until_ns;      /* CLOCK_BOOTTIME; from then on nothing is let through, 0: no end */
	__u32 agents_policy; /* whose automaton knows what agents are kept from, 0: they are held to their policies alone */
	__u32 reserved;
};

enum rf_everyone_home {
	RF_HOME = 1,       /* a person's home */
	RF_HOME_MOUNT = 2, /* a filesystem below one, or a runtime directory */
};

/* A program that may be trusted or accepted: an index in everyone_rights. */
struct rf_everyone_program {
	__u32 number;
	__u32 is_script; /* counts only when it is executed by a path in everyone_scripts */
};

struct rf_everyone_rights {
	__u64 rows[RF_MAX_EVERYONE_ROWS / 64];
};

/* A row in rf_event.location is its number and this. */
#define RF_ROW_LOCATION RF_MAX_LOCATIONS
#define RF_MAX_AGENTS 256

struct rf_script_path {
	char text[RF_SCRIPT_PATH];
};

struct rf_sighting_key {
	struct rf_inode program;
	__u32 row;
	__u32 uid;
	__u32 operation;
	__u32 verdict;
};

struct rf_sighting {
	__u64 until_ns; /* CLOCK_MONOTONIC; until then it is only counted */
	__u64 times;
};

#endif
