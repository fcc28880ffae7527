/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What name servers answer to an agent. It is read before the packet reaches the socket, so whoever looked a name up may connect at
 * once. What takes more than a look goes to the helper as it is. These programs lie on busy ways, so they are attached when the
 * first session with rules on names begins: their names begin with rf_names_.
 */
#ifndef RINGFENCE_ANSWERS_H
#define RINGFENCE_ANSWERS_H

#include "network.h"

#define DNS_PORT 53
#define DNS_HEADER_BYTES 12
#define DNS_A 1
#define DNS_AAAA 28
#define DNS_INTERNET 1
#define DNS_POINTER 0xc0
/* QR, opcode, TC and RCODE of a plain answer, and which bits those are */
#define DNS_PLAIN_MASK 0xfa0f
#define DNS_PLAIN 0x8000
#define DNS_TRUNCATED 0x0200
#define MOST_ANSWERS 16
#define MOST_LABELS 128
#define MOST_OWNER_LABELS 16
#define UDP_HEADER_BYTES 8
#define TCP_FLAG_SYN 0x02
#define NEAR_BYTES 65535

/* Whom the answers to a socket are for. */
struct asker {
	__u64 session;
	__u32 policy;
	__u32 skill_policy; /* that its task is bound to, 0: none */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct asker);
} askers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RF_ANSWERS_RING_BYTES);
} answers SEC(".maps");

/*
 * Room for one label more than a name may have, so that no length needs a second look. How far its reading has come is kept here as
 * well: then the verifier takes one label for as good as another.
 */
struct name_room {
	char name[RF_NAME_BYTES + 64];
	struct rf_name_key key;
	__u32 bytes;
	__u32 at;
};

MAP(resolvers, BPF_MAP_TYPE_HASH, struct rf_resolver_key, __u32, RF_MAX_RESOLVERS, BPF_F_NO_PREALLOC);
/* Packets arrive with interrupts' own work held off, so one for each processor is enough. */
MAP(packet_names, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct name_room, 1, 0);
MAP(learn_order, BPF_MAP_TYPE_ARRAY, __u32, struct rf_learn_order, 1, 0);
MAP(order_names, BPF_MAP_TYPE_ARRAY, __u32, struct name_room, 1, 0);
/* [0]: the empty value that an entry of learned starts from. */
MAP(learned_template, BPF_MAP_TYPE_ARRAY, __u32, struct rf_learned, 1, 0);

/* A name's search for its host. */
struct host_search {
	struct name_room *room;
	__u32 host;
};

static long try_ending(__u32 index, void *context)
{
	struct host_search *search = context;
	struct name_room *room = search->room;
	__u64 at = room->at, rest;
	__u32 *host;
	__u8 length;

	barrier_var(at);
	if (at >= RF_NAME_BYTES)
		return 1;
	length = room->name[at];
	rest = room->bytes - at;
	barrier_var(rest);
	if (!length || !rest || rest > RF_NAME_BYTES - 1)
		return 1;
	__builtin_memset(room->key.name, 0, sizeof(room->key.name));
	bpf_probe_read_kernel(room->key.name, rest, room->name + at);
	room->key.ending = index > 0;
	host = bpf_map_lookup_elem(&host_names, &room->key);
	if (host) {
		search->host = *host;
		return 1;
	}
	room->at = at + length + 1;
	return 0;
}

/* The host that the rules mean by the name in the room, 0: none. */
static __noinline __u32 find_host(struct name_room *room, __u32 policy)
{
	struct host_search search = { .room = room };

	room->key.policy = policy;
	room->at = 0;
	bpf_loop(MOST_LABELS, try_ending, &search, 0);
	return search.host;
}

/* The search for an entry of a host. */
struct placing {
	struct rf_learned *known;
	__u64 now;
	__u64 soonest;
	__u32 host;
	__u32 chosen; /* RF_HOSTS_AN_ADDRESS: none */
};

/* Its own, else a free or expired one, else the first to expire of those that refuse nothing. */
static long try_place(__u32 index, void *context)
{
	struct placing *placing = context;
	struct rf_learned_host *one = &placing->known->hosts[index & (RF_HOSTS_AN_ADDRESS - 1)];
	__u64 until = one->until_ns;

	if (one->host == placing->host) {
		placing->chosen = index;
		return 1;
	}
	if (!one->host || until <= placing->now)
		until = 0;
	else if (one->host & RF_HOST_REFUSES)
		return 0;
	if (until < placing->soonest) {
		placing->soonest = until;
		placing->chosen = index;
	}
	return 0;
}

struct lesson {
	struct rf_learned_key key;
	__u32 host;
	__u32 seconds; /* for which the answer holds, by its own word */
};

static __noinline void learn(const struct lesson *lesson)
{
	struct rf_lookup_settings *settings = bpf_map_lookup_elem(&lookup_settings, &zero);
	struct rf_learned *known = bpf_map_lookup_elem(&learned, &lesson->key);
	__u64 now = bpf_ktime_get_ns(), lasts = lesson->seconds * 1000000000ULL;
	struct rf_learned_host *place;

	if (!settings)
		return;
	if (!known) {
		struct rf_learned *empty = bpf_map_lookup_elem(&learned_template, &zero);

		if (!empty)
			return;
		bpf_map_update_elem(&learned, &lesson->key, empty, BPF_NOEXIST);
		known = bpf_map_lookup_elem(&learned, &lesson->key);
		if (!known)
			return;
	}
	if (lasts < settings->shortest_ns)
		lasts = settings->shortest_ns;
	if (lasts > settings->longest_ns)
		lasts = settings->longest_ns;
	/* of two answers that come at once one may have taken the place */
	for (int attempt = 0; attempt < 2; attempt++) {
		struct placing placing = { .known = known, .now = now, .soonest = ~0ULL, .host = lesson->host,
					   .chosen = RF_HOSTS_AN_ADDRESS };
		__u32 before;

		bpf_loop(RF_HOSTS_AN_ADDRESS, try_place, &placing, 0);
		if (placing.chosen >= RF_HOSTS_AN_ADDRESS)
			break;
		place = &known->hosts[placing.chosen & (RF_HOSTS_AN_ADDRESS - 1)];
		before = place->host;
		if (before == lesson->host) {
			if (place->until_ns < now + lasts)
				place->until_ns = now + lasts;
			return;
		}
		if (__sync_val_compare_and_swap(&place->host, before, lesson->host) == before) {
			place->until_ns = now + lasts;
			return;
		}
	}
	if ((lesson->host & RF_HOST_REFUSES) && known->closed_until_ns < now + lasts)
		known->closed_until_ns = now + lasts;
}

/* A packet from a name server to an agent's socket. Offsets count from the network header. */
struct packet {
	struct __sk_buff *buffer;
	__u32 end;
	__u32 transport;
	__u32 payload;
	__u32 sequence;
	__u32 acknowledged; /* TCP */
	__u8 protocol;
	__u8 flags; /* enum rf_answer_flags */
	__u8 source[16];
};

/* Whether it is one by its port. */
static __always_inline bool read_packet(struct packet *packet)
{
	struct __sk_buff *buffer = packet->buffer;
	__u8 head[40] = {}, transport[14] = {};

	packet->end = buffer->len;
	if (bpf_skb_load_bytes(buffer, 0, head, 20))
		return false;
	if (head[0] >> 4 == 4) {
		packet->protocol = head[9];
		packet->transport = (head[0] & 15) * 4;
		packet->source[10] = 0xff;
		packet->source[11] = 0xff;
		__builtin_memcpy(packet->source + 12, head + 12, 4);
	} else if (head[0] >> 4 == 6 && !bpf_skb_load_bytes(buffer, 0, head, 40)) {
		packet->protocol = head[6];
		packet->transport = 40;
		__builtin_memcpy(packet->source, head + 8, 16);
	} else {
		return false;
	}
	if (packet->protocol != IPPROTO_UDP && packet->protocol != IPPROTO_TCP)
		return false;
	if (bpf_skb_load_bytes(buffer, packet->transport, transport, UDP_HEADER_BYTES))
		return false;
	if (transport[0] != 0 || transport[1] != DNS_PORT)
		return false;
	packet->payload = packet->transport + UDP_HEADER_BYTES;
	if (packet->protocol == IPPROTO_UDP) {
		__u32 end = packet->transport + (transport[4] << 8 | transport[5]);

		/* what a socket gets may be several datagrams in one */
		if (end < packet->end)
			packet->end = end;
		return true;
	}
	if (bpf_skb_load_bytes(buffer, packet->transport, transport, sizeof(transport)))
		return false;
	__builtin_memcpy(&packet->sequence, transport + 4, sizeof(packet->sequence));
	packet->sequence = bpf_ntohl(packet->sequence);
	__builtin_memcpy(&packet->acknowledged, transport + 8, sizeof(packet->acknowledged));
	packet->acknowledged = bpf_ntohl(packet->acknowledged);
	packet->payload = packet->transport + (transport[12] >> 4) * 4;
	packet->flags = transport[13] & TCP_FLAG_SYN ? RF_ANSWER_SYN : 0;
	return true;
}

/* The handing on of a packet, as far as it has come. */
struct capturing {
	const struct packet *packet;
	const struct asker *asker;
	__u64 *handed; /* how many captures there were */
	__u32 from;
};

/* Hands on what lies from here to the packet's end, up to one record. */
static long capture_part(__u32 index, void *context)
{
	struct capturing *capturing = context;
	const struct packet *packet = capturing->packet;
	struct rf_captured_answer *record = bpf_ringbuf_reserve(&answers, sizeof(*record), 0);
	__u32 from = capturing->from;
	__u64 bytes = packet->end - from;

	/* nobody waits for what nobody will read: what would have been learned by it stays unknown */
	if (!record) {
		struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);

		if (totals)
			__sync_fetch_and_add(&totals->answers_lost, 1);
		return 1;
	}
	if (bytes > RF_ANSWER_BYTES)
		bytes = RF_ANSWER_BYTES;
	record->session = capturing->asker->session;
	record->policy = capturing->asker->policy;
	record->socket = bpf_get_socket_cookie(packet->buffer);
	record->sequence = packet->sequence + (from - packet->payload);
	record->protocol = packet->protocol;
	record->flags = packet->flags;
	record->bytes = bytes;
	record->skill_policy = capturing->asker->skill_policy;
	if (bytes) {
		__u64 before_last = (bytes - 1) & (RF_ANSWER_BYTES - 1);

		/* so that the verifier sees that it is not 0 */
		barrier_var(before_last);
		if (bpf_skb_load_bytes(packet->buffer, from, record->data, before_last + 1)) {
			bpf_ringbuf_discard(record, 0);
			return 1;
		}
	}
	__sync_fetch_and_add(capturing->handed, 1);
	bpf_ringbuf_submit(record, 0);
	capturing->from = from + bytes;
	return capturing->from >= packet->end;
}

static __noinline void capture(const struct packet *packet, const struct asker *asker)
{
	__u64 none = 0, session = asker->session;
	struct capturing capturing = { .packet = packet, .asker = asker, .from = packet->payload };

	capturing.handed = bpf_map_lookup_elem(&captured, &session);
	if (!capturing.handed) {
		bpf_map_update_elem(&captured, &session, &none, BPF_NOEXIST);
		capturing.handed = bpf_map_lookup_elem(&captured, &session);
		if (!capturing.handed)
			return;
	}
	if (packet->flags & RF_ANSWER_SYN)
		capturing.from = packet->end;
	else if (capturing.from >= packet->end)
		return;
	bpf_loop(RF_MAX_CAPTURES, capture_part, &capturing, 0);
}

/* How far the reading of an answer has come. */
struct answer_reading {
	struct __sk_buff *buffer;
	struct lesson lesson;
	__u32 at;
	__u32 end;
	__u32 is_odd;
	__u32 skills_host; /* the skill's own for the name, 0: none */
};

/* The reading of a question's name. */
struct name_reading_state {
	struct __sk_buff *buffer;
	struct name_room *room;
	__u32 at;
	__u32 is_whole;
};

static long read_label(__u32 index, void *context)
{
	struct name_reading_state *reading = context;
	struct name_room *room = reading->room;
	__u64 bytes = room->bytes, own;
	__u8 length = 0;

	if (bpf_skb_load_bytes(reading->buffer, reading->at, &length, 1) || length & DNS_POINTER)
		return 1;
	barrier_var(bytes);
	if (bytes >= RF_NAME_BYTES - 1)
		return 1;
	room->name[bytes] = length;
	room->bytes = bytes + 1;
	reading->at++;
	if (!length) {
		reading->is_whole = 1;
		return 1;
	}
	/* so that the verifier sees that it is from 1 to 64 */
	own = (length - 1) & 63;
	barrier_var(own);
	own++;
	if (bpf_skb_load_bytes(reading->buffer, reading->at, room->name + bytes + 1, own))
		return 1;
	room->bytes = bytes + 1 + own;
	reading->at += own;
	return 0;
}

/* Reads the question's name into the room, in small letters. False: it is not as names in questions are. */
static __always_inline bool read_question(struct answer_reading *reading, struct name_room *room)
{
	struct name_reading_state state = { .buffer = reading->buffer, .room = room, .at = reading->at };

	room->bytes = 0;
	bpf_loop(MOST_LABELS, read_label, &state, 0);
	reading->at = state.at;
	/* lengths are below the letters */
	for (int i = 0; i < RF_NAME_BYTES; i++)
		room->name[i] += ((__u8)(room->name[i] - 'A') < 26) << 5;
	return state.is_whole;
}

/* Passes over the name of a record. */
static __always_inline bool skip_name(struct answer_reading *reading)
{
	for (int i = 0; i < MOST_OWNER_LABELS; i++) {
		__u8 length = 0;

		if (bpf_skb_load_bytes(reading->buffer, reading->at, &length, 1))
			return false;
		if (length >= DNS_POINTER) {
			reading->at += 2;
			return true;
		}
		if (length & DNS_POINTER)
			return false;
		reading->at += length + 1;
		if (!length)
			return true;
	}
	return false;
}

/* The name leads there for the session's rules and for the skill's, by a host of its own each. */
static __always_inline void learn_for_both(struct answer_reading *reading)
{
	__u32 sessions_host = reading->lesson.host;

	if (sessions_host)
		learn(&reading->lesson);
	if (!reading->skills_host)
		return;
	reading->lesson.host = reading->skills_host;
	learn(&reading->lesson);
	reading->lesson.host = sessions_host;
}

static long read_record(__u32 index, void *context)
{
	struct answer_reading *reading = context;
	__u8 *address = reading->lesson.key.address;
	__u8 head[10] = {};
	__u32 bytes;
	bool is_v4, is_v6;

	reading->is_odd = 1;
	if (!skip_name(reading) || bpf_skb_load_bytes(reading->buffer, reading->at, head, sizeof(head)))
		return 1;
	reading->at += sizeof(head);
	bytes = head[8] << 8 | head[9];
	if (reading->at + bytes > reading->end)
		return 1;
	is_v4 = !head[0] && head[1] == DNS_A && bytes == 4;
	is_v6 = !head[0] && head[1] == DNS_AAAA && bytes == 16;
	if (!head[2] && head[3] == DNS_INTERNET && (is_v4 || is_v6)) {
		__builtin_memset(address, 0, 16);
		address[10] = 0xff;
		address[11] = 0xff;
		if (is_v4 ? bpf_skb_load_bytes(reading->buffer, reading->at, address + 12, 4) :
			    bpf_skb_load_bytes(reading->buffer, reading->at, address, 16))
			return 1;
		reading->lesson.seconds = (__u32)head[4] << 24 | head[5] << 16 | head[6] << 8 | head[7];
		learn_for_both(reading);
	}
	reading->at += bytes;
	reading->is_odd = 0;
	return 0;
}

/* Learns what a datagram answers. False: it takes more than this to read it. */
static __noinline bool read_answer(const struct packet *packet, const struct asker *asker)
{
	struct name_room *room = bpf_map_lookup_elem(&packet_names, &zero);
	struct answer_reading reading = { .buffer = packet->buffer, .at = packet->payload, .end = packet->end };
	__u16 flags, questions, count;
	__u8 head[DNS_HEADER_BYTES] = {}, kind[4] = {};

	if (!room || bpf_skb_load_bytes(packet->buffer, reading.at, head, sizeof(head)))
		return true;
	flags = head[2] << 8 | head[3];
	questions = head[4] << 8 | head[5];
	count = head[6] << 8 | head[7];
	if ((flags & DNS_PLAIN_MASK & ~DNS_TRUNCATED) != DNS_PLAIN || questions != 1)
		return true;
	reading.at += DNS_HEADER_BYTES;
	if (!read_question(&reading, room))
		return false;
	reading.lesson.host = find_host(room, asker->policy);
	if (asker->skill_policy)
		reading.skills_host = find_host(room, asker->skill_policy);
	/* no rule speaks of it, whatever it says */
	if (!reading.lesson.host && !reading.skills_host)
		return true;
	if (flags & DNS_TRUNCATED || count > MOST_ANSWERS)
		return false;
	if (bpf_skb_load_bytes(packet->buffer, reading.at, kind, sizeof(kind)))
		return false;
	reading.at += sizeof(kind);
	reading.lesson.key.session = asker->session;
	bpf_loop(count, read_record, &reading, 0);
	return !reading.is_odd;
}

/*
 * Whether a segment belongs to the stream by its numbers. The kernel looks at them only later: who is not on the way and sends in the
 * name server's name does not know them.
 */
static __always_inline bool is_in_stream(const struct packet *packet, struct bpf_sock *own)
{
	struct bpf_tcp_sock *stream = bpf_tcp_sock(own);
	__s32 behind, ahead;

	if (!stream)
		return false;
	behind = stream->snd_una - packet->acknowledged;
	/* loopback answers before the kernel has noted what it is sending */
	ahead = packet->acknowledged - stream->snd_nxt;
	if (packet->flags & RF_ANSWER_SYN)
		return own->state == BPF_TCP_SYN_SENT && (ahead == 0 || ahead == 1);
	/* one that was overtaken acknowledges less */
	return behind <= NEAR_BYTES && ahead <= NEAR_BYTES;
}

SEC("cgroup_skb/ingress")
int rf_names_answers(struct __sk_buff *buffer)
{
	struct packet packet = { .buffer = buffer };
	struct rf_resolver_key server = {};
	struct bpf_sock *own = buffer->sk;
	struct asker *found, asker;

	if (!labelled_tasks || !own)
		return 1;
	own = bpf_sk_fullsock(own);
	if (!own)
		return 1;
	found = bpf_sk_storage_get(&askers, own, NULL, 0);
	if (!found || !read_packet(&packet))
		return 1;
	if (packet.protocol == IPPROTO_TCP && !is_in_stream(&packet, own))
		return 1;
	asker = *found;
	server.policy = asker.policy;
	__builtin_memcpy(server.address, packet.source, sizeof(server.address));
	if (!bpf_map_lookup_elem(&resolvers, &server)) {
		server.policy = asker.skill_policy;
		if (!server.policy || !bpf_map_lookup_elem(&resolvers, &server))
			return 1;
	}
	if (packet.protocol == IPPROTO_TCP || !read_answer(&packet, &asker))
		capture(&packet, &asker);
	return 1;
}

/* Marks the sockets whose answers count. In a network namespace of its own an agent could be its own name server. */
SEC("lsm/socket_post_create")
int BPF_PROG(rf_names_socket_post_create, struct socket *socket, int family, int type, int protocol, int kern, int ret)
{
	struct labelled_task *task = caller();
	struct rf_lookup_settings *settings;
	struct sock *own;
	struct asker *asker;

	if (ret || !task || kern || (family != AF_INET && family != AF_INET6))
		return ret;
	if (!has_names(task->label.policy) && !(task->bound.policy && has_names(task->bound.policy)))
		return 0;
	own = socket->sk;
	settings = bpf_map_lookup_elem(&lookup_settings, &zero);
	if (!own || !settings || BPF_CORE_READ(own, __sk_common.skc_net.net, ns.inum) != settings->network_namespace)
		return 0;
	asker = bpf_sk_storage_get(&askers, own, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (asker) {
		asker->session = task->label.session;
		asker->policy = task->label.policy;
		asker->skill_policy = task->bound.policy;
	}
	return 0;
}

SEC("lsm/task_free")
int BPF_PROG(rf_names_task_free, struct task_struct *task)
{
	__u64 key = (__u64)task;
	struct rf_name_wait *wait = labelled_tasks ? bpf_map_lookup_elem(&name_waits, &key) : NULL;

	if (wait)
		end_wait(key, wait);
	return 0;
}

static long learn_address(__u32 index, void *context)
{
	struct lesson *lesson = context;
	struct rf_learn_order *order = bpf_map_lookup_elem(&learn_order, &zero);

	if (!order || index >= RF_MAX_LEARNED_AT_ONCE)
		return 1;
	__builtin_memcpy(lesson->key.address, order->addresses[index].address, sizeof(lesson->key.address));
	lesson->seconds = order->addresses[index].seconds;
	learn(lesson);
	return 0;
}

/* Counts one capture as worked through. More than there were it never is, though a helper that died may have counted one already. */
static __always_inline void count_processed(__u64 session)
{
	__u64 *handed = bpf_map_lookup_elem(&captured, &session);
	__u64 *done = bpf_map_lookup_elem(&processed, &session);
	__u64 number = (done ? *done : 0) + 1;

	if (handed && number > *handed)
		number = *handed;
	bpf_map_update_elem(&processed, &session, &number, BPF_ANY);
}

/* Carries out learn_order. The helper runs it, one at a time. */
SEC("syscall")
int rf_learn(void *context)
{
	struct rf_learn_order *order = bpf_map_lookup_elem(&learn_order, &zero);
	struct name_room *room = bpf_map_lookup_elem(&order_names, &zero);
	struct lesson lesson = {};
	__u32 count;

	if (!order || !room)
		return -ENOMEM;
	count = order->count;
	if (count) {
		__builtin_memcpy(room->name, order->name, sizeof(order->name));
		room->bytes = RF_NAME_BYTES - 1;
		lesson.key.session = order->session;
		lesson.host = find_host(room, order->policy);
		if (lesson.host)
			bpf_loop(count, learn_address, &lesson, 0);
	}
	if (order->done)
		count_processed(order->session);
	return lesson.host != 0;
}

#endif
