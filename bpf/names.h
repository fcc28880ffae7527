/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules on host names: what the names that have led a session to an address say of it. Names are learned from what name servers
 * answer (answers.h); docs/decisions/0012 says why like this.
 */
#ifndef RINGFENCE_NAMES_H
#define RINGFENCE_NAMES_H

#include <bpf/bpf_endian.h>
#include "verdict.h"

MAP(host_names, BPF_MAP_TYPE_HASH, struct rf_name_key, __u32, RF_MAX_NAMES, BPF_F_NO_PREALLOC);
MAP(hosts, BPF_MAP_TYPE_HASH, struct rf_host_key, struct rf_host, RF_MAX_HOSTS, BPF_F_NO_PREALLOC);
/* What no longer counts makes room by itself; whoever floods it only forgets names sooner. */
MAP(learned, BPF_MAP_TYPE_LRU_HASH, struct rf_learned_key, struct rf_learned, RF_MAX_LEARNED, 0);
MAP(lookup_settings, BPF_MAP_TYPE_ARRAY, __u32, struct rf_lookup_settings, 1, 0);
/* By session: answers that were handed to the helper, and how many of them it has worked through. */
MAP(captured, BPF_MAP_TYPE_LRU_HASH, __u64, __u64, RF_MAX_SESSIONS, 0);
MAP(processed, BPF_MAP_TYPE_LRU_HASH, __u64, __u64, RF_MAX_SESSIONS, 0);
/* The key is the address of the task_struct, as in tasks. */
MAP(name_waits, BPF_MAP_TYPE_HASH, __u64, struct rf_name_wait, RF_MAX_REQUESTS, BPF_F_NO_PREALLOC);

enum address_scope {
	SCOPE_PUBLIC,
	SCOPE_LOOPBACK,
	SCOPE_PRIVATE,
	SCOPE_NOBODY, /* no name leads there: link-local, metadata, multicast, unspecified, reserved */
};

static __always_inline enum address_scope scope_of_ipv4(__u32 address)
{
	if (address >> 24 == 127)
		return SCOPE_LOOPBACK;
	if (address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8)
		return SCOPE_PRIVATE;
	if (address >> 24 == 0 || address >> 22 == 0x191 || address >> 16 == 0xa9fe || address >> 8 == 0xc00000 ||
	    address >> 17 == 0x6309 || address >> 28 >= 0xe)
		return SCOPE_NOBODY;
	return SCOPE_PUBLIC;
}

/* Of an IPv4 address inside another one: the way round a scope is none. */
static __always_inline enum address_scope scope_of_embedded(__u32 address)
{
	return scope_of_ipv4(address) == SCOPE_PUBLIC ? SCOPE_PUBLIC : SCOPE_NOBODY;
}

/* core/names/address-scope.ts says the same. */
static __always_inline enum address_scope scope_of(const __u8 *address)
{
	__u32 words[4];

	__builtin_memcpy(words, address, sizeof(words));
	words[0] = bpf_ntohl(words[0]);
	words[1] = bpf_ntohl(words[1]);
	words[2] = bpf_ntohl(words[2]);
	words[3] = bpf_ntohl(words[3]);
	if (!words[0] && !words[1]) {
		if (words[2] == 0xffff)
			return scope_of_ipv4(words[3]);
		return !words[2] && words[3] == 1 ? SCOPE_LOOPBACK : SCOPE_NOBODY;
	}
	/* NAT64, 6to4 */
	if (words[0] == 0x64ff9b && !words[1] && !words[2])
		return scope_of_embedded(words[3]);
	if (words[0] >> 16 == 0x2002)
		return scope_of_embedded(words[0] << 16 | words[1] >> 16);
	if (words[0] == 0x20010000)
		return SCOPE_NOBODY;
	if (words[0] == 0xfd000ec2 && !words[1] && !words[2] && words[3] == 0x254)
		return SCOPE_NOBODY;
	if (words[0] >> 25 == 0xfc >> 1)
		return SCOPE_PRIVATE;
	return words[0] >> 29 == 1 ? SCOPE_PUBLIC : SCOPE_NOBODY;
}

/* What the names of one address come to. */
struct name_reading {
	struct rf_learned *known;
	__u64 now;
	__u32 policy;
	__u32 rule; /* of the strictest range that fits; 0: none does */
	__u16 port;
	__u8 protocol;
	__u8 scope;
	__u8 verdict;
	__u8 reason; /* why a rule that would let the call pass does not count, 0: there is none */
};

static __always_inline bool leads_there(const struct rf_host *host, __u8 scope)
{
	return scope == SCOPE_PUBLIC || (scope == SCOPE_PRIVATE && (host->flags & RF_HOST_PRIVATE)) ||
	       (scope == SCOPE_LOOPBACK && (host->flags & RF_HOST_LOOPBACK));
}

static __always_inline bool fits(const struct name_reading *reading, const struct rf_port_range *range)
{
	if (range->operation != RF_CONNECT)
		return false;
	if (reading->port < range->low || reading->port > range->high)
		return false;
	return !range->protocol || range->protocol == reading->protocol;
}

static long read_host(__u32 index, void *context)
{
	struct name_reading *reading = context;
	struct rf_learned_host *one = &reading->known->hosts[index & (RF_HOSTS_AN_ADDRESS - 1)];
	struct rf_host_key key = { .policy = reading->policy, .host = one->host };
	struct rf_host *host;

	if (!key.host)
		return 0;
	host = bpf_map_lookup_elem(&hosts, &key);
	for (__u32 i = 0; host && i < RF_MAX_PORT_RANGES && i < host->count; i++) {
		struct rf_port_range *range = &host->ranges[i];

		if (!fits(reading, range))
			continue;
		if (range->verdict <= RF_ASK && !leads_there(host, reading->scope)) {
			reading->reason = RF_REASON_PRIVATE_ADDRESS;
			break;
		}
		if (reading->now >= one->until_ns) {
			if (range->verdict <= RF_ASK && !reading->reason)
				reading->reason = RF_REASON_NAME_EXPIRED;
			break;
		}
		if (reading->verdict < range->verdict || (reading->verdict == range->verdict && range->rule < reading->rule)) {
			reading->verdict = range->verdict;
			reading->rule = range->rule;
		}
		break;
	}
	return 0;
}

static __always_inline bool has_read_all(__u64 session)
{
	__u64 *handed = bpf_map_lookup_elem(&captured, &session);
	__u64 *done = bpf_map_lookup_elem(&processed, &session);

	return !handed || *(volatile __u64 *)handed <= (done ? *(volatile __u64 *)done : 0);
}

static __always_inline void end_wait(__u64 task, const struct rf_name_wait *wait)
{
	__u64 request = wait->request;

	bpf_map_delete_elem(&pending, &request);
	bpf_map_delete_elem(&decisions, &request);
	bpf_map_delete_elem(&name_waits, &task);
}

static __always_inline struct rf_name_wait *begin_wait(struct task_struct *current, __u64 session, __u64 now)
{
	struct rf_lookup_settings *settings = bpf_map_lookup_elem(&lookup_settings, &zero);
	struct rf_counters *totals = bpf_map_lookup_elem(&counters, &zero);
	struct rf_name_wait wait = {};
	__u64 key = (__u64)current;

	if (!settings || !totals || !helper_lives(now) || !can_wait(current) || is_job(current))
		return NULL;
	wait.request = __sync_fetch_and_add(&totals->requests, 1) + 1;
	wait.entry.pid = current->tgid;
	wait.entry.tid = current->pid;
	wait.entry.start_ns = current->group_leader->start_boottime;
	wait.entry.session = session;
	wait.entry.asked_ns = now;
	wait.entry.deadline_ns = now + settings->wait_ns;
	if (bpf_map_update_elem(&name_waits, &key, &wait, BPF_NOEXIST))
		return NULL;
	/* there the watchdog finds whom to wake when the helper is gone */
	if (bpf_map_update_elem(&pending, &wait.request, &wait.entry, BPF_NOEXIST)) {
		bpf_map_delete_elem(&name_waits, &key);
		return NULL;
	}
	return bpf_map_lookup_elem(&name_waits, &key);
}

/* Whether the call is stopped until the helper has read what the session was answered. */
static __always_inline bool waits_for_answers(__u64 session, __u64 now)
{
	struct task_struct *current = bpf_get_current_task_btf();
	__u64 key = (__u64)current;
	struct rf_name_wait *wait = bpf_map_lookup_elem(&name_waits, &key);

	if (!wait) {
		wait = begin_wait(current, session, now);
		if (!wait)
			return false;
	} else if (now >= wait->entry.deadline_ns || !helper_lives(now) || ++wait->stops > RF_MAX_STOPS ||
		   !can_wait(current) || is_job(current) || bpf_map_lookup_elem(&decisions, &wait->request)) {
		end_wait(key, wait);
		return false;
	}
	if (bpf_send_signal_thread(SIGSTOP)) {
		end_wait(key, wait);
		return false;
	}
	/* read, and the signal to go on sent, before this task was to stop */
	if (has_read_all(session))
		bpf_send_signal_thread(SIGCONT);
	return true;
}

/*
 * Adds to what the addresses' own rules say what those on names do; the strictest counts. Not 0: the call is held, and judged again
 * when what the session was answered has been read. Global, so that the verifier looks at it once.
 */
__noinline int read_names(struct decision *decision, const struct destination *destination)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct rf_learned_key key = {};
	struct name_reading reading = {};
	__u64 current = (__u64)bpf_get_current_task_btf();
	struct rf_name_wait *wait;

	if (!decision || !destination || !task)
		return 0;
	key.session = task->label.session;
	__builtin_memcpy(key.address, destination->address, sizeof(key.address));
	reading.now = bpf_ktime_get_ns();
	reading.policy = task->by.policy;
	reading.port = destination->port;
	reading.protocol = destination->protocol;
	reading.scope = scope_of(key.address);
	reading.known = bpf_map_lookup_elem(&learned, &key);
	if (reading.known) {
		bpf_loop(RF_HOSTS_AN_ADDRESS, read_host, &reading, 0);
		if (reading.now < reading.known->closed_until_ns && decision->verdict < RF_BLOCK)
			refuse(decision, RF_BLOCK, RF_REASON_NO_RULE);
	}
	if (reading.rule) {
		if (decision->reason != RF_REASON_RULE || decision->verdict < reading.verdict ||
		    (decision->verdict == reading.verdict && reading.rule < decision->rule)) {
			decision->verdict = reading.verdict;
			decision->reason = RF_REASON_RULE;
			decision->rule = reading.rule;
		}
	} else if (decision->reason != RF_REASON_RULE && !has_read_all(key.session)) {
		if (waits_for_answers(key.session, reading.now))
			return 1;
		if (decision->verdict == RF_BLOCK)
			decision->reason = RF_REASON_ANSWERS_UNREAD;
		return 0;
	} else if (decision->reason != RF_REASON_RULE && decision->verdict == RF_BLOCK && reading.reason) {
		decision->reason = reading.reason;
	}
	/* the skill's names are asked next, and may be what it waits for */
	if (asks_skill(task, decision))
		return 0;
	wait = bpf_map_lookup_elem(&name_waits, &current);
	if (wait)
		end_wait(current, wait);
	return 0;
}

static __always_inline bool has_names(__u32 policy)
{
	struct rf_policy *known = bpf_map_lookup_elem(&policies, &policy);

	return known && (known->flags & RF_POLICY_NAMES);
}

#endif
