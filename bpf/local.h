/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unix sockets. Those of the own session are free. To another's an agent may speak as far as its policy lets it connect to that
 * path or abstract name. Programs that act for the person are closed by rules of the policy, whatever else it grants there.
 */
#ifndef RINGFENCE_LOCAL_H
#define RINGFENCE_LOCAL_H

#include "network.h"

/* Bytes before the name in struct sockaddr_un. */
#define FAMILY_BYTES 2

/* Whose task made the socket. */
struct socket_owner {
	__u64 session;
	__u32 skill_policy; /* that it was bound to, 0: none */
	__u32 reserved;
};


struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct socket_owner);
} socket_sessions SEC(".maps");

static __always_inline bool is_of_session(struct sock *sock, __u64 number)
{
	struct socket_owner *owner = bpf_sk_storage_get(&socket_sessions, sock, NULL, 0);

	return owner && owner->session == number;
}

/* Is it one that the caller's own kind has made? To a skill the rest of its session is another. */
static __always_inline bool is_of_skill(struct sock *sock, const struct labelled_task *task)
{
	struct socket_owner *owner = bpf_sk_storage_get(&socket_sessions, sock, NULL, 0);

	return !task->bound.policy || (owner && owner->skill_policy == task->bound.policy);
}

static __always_inline void give_to_session(struct sock *sock, const struct labelled_task *task)
{
	struct socket_owner *owner = bpf_sk_storage_get(&socket_sessions, sock, NULL, BPF_SK_STORAGE_GET_F_CREATE);

	if (!owner)
		return;
	owner->session = task->label.session;
	owner->skill_policy = task->bound.policy;
}

/* What the policy says of the abstract name in the task's scratch memory. */
static __always_inline void read_local_name(struct labelled_task *task, __u32 bytes, struct decision *decision)
{
	struct rf_local_name *known = bpf_map_lookup_elem(&local_names, local_name_key(task));
	__u32 rule = 0, operations = decision->operations;
	struct rf_policy *policy;
	__u8 verdict = RF_NONE;

	if (known && known->bytes == bytes) {
		verdict = known->exact;
		rule = known->exact_rule;
	} else if (known) {
		verdict = known->longer;
		rule = known->longer_rule;
	}
	if (verdict == RF_NONE) {
		/* the verifier of Linux 6.1 does not follow what the compiler knows of a constant */
		barrier_var(operations);
		policy = bpf_map_lookup_elem(&policies, &task->by.policy);
		decide_by_silence(decision, policy, operations, policy ? policy->audits : 0);
		return;
	}
	decision->verdict = verdict;
	decision->reason = RF_REASON_RULE;
	decision->rule = rule;
}

static __always_inline void decide_local_name(struct labelled_task *task, __u8 call, __u32 bytes, struct decision *decision)
{
	local_name_key(task)->policy = bpf_htonl(task->by.policy);
	decision->call = call;
	decision->operation = RF_CONNECT;
	decision->operations = OPERATION(RF_CONNECT);
	read_local_name(task, bytes, decision);
	withhold_all(task, decision);
}

/* text: behind the NUL that abstract names begin with. They are compared whole: a name may hold further NULs. */
static __always_inline int judge_abstract(struct labelled_task *task, __u8 call, const char *text, __u64 bytes)
{
	struct rf_local_name_key *key = local_name_key(task);
	struct decision decision = {};
	struct destination destination = { .family = AF_UNIX };
	int result;

	barrier_var(bytes);
	if (bytes > RF_MAX_LOCAL_NAME)
		bytes = RF_MAX_LOCAL_NAME;
	__builtin_memset(key, 0, sizeof(*key));
	bpf_probe_read_kernel(key->name, bytes, text);
	key->prefix_length = 32 + 8 * bytes;
	__builtin_memcpy(destination.address, key->name, sizeof(destination.address));
	destination.port = bytes;
	decide_local_name(task, call, bytes, &decision);
	if (asks_skill(task, &decision)) {
		set_aside(task, &decision);
		decide_local_name(task, call, bytes, &decision);
		if (is_sessions_word(task, &decision))
			judge_by_session(task);
	}
	result = enforce(task, &decision, &destination);
	if (result != -ERESTARTNOINTR)
		report(&decision, &destination);
	return result;
}

/* Refused whatever the policy says. dentry: NULL where there is none. */
static __always_inline int refuse_local(struct labelled_task *task, __u8 call, struct dentry *dentry, __u8 reason)
{
	struct decision decision = { .operation = RF_CONNECT, .call = call, .operations = OPERATION(RF_CONNECT) };
	int result;

	refuse(&decision, RF_BLOCK, reason);
	decision.dentry = (__u64)dentry;
	result = enforce(task, &decision, NULL);
	report(&decision, NULL);
	return result;
}

/* By what the socket was bound to: its own file, wherever that has been moved since, or its own word for its name. */
static __always_inline int judge_bound(struct labelled_task *task, __u8 call, struct unix_sock *peer)
{
	struct unix_address *address = BPF_CORE_READ(peer, addr);
	struct dentry *dentry;
	__s64 bytes;
	char *text, first = 0;

	/* one without a name cannot be looked for: whoever speaks to it was handed the other end */
	if (!address)
		return 0;
	text = (char *)address + bpf_core_field_offset(struct unix_address, name) + FAMILY_BYTES;
	bytes = (__s64)BPF_CORE_READ(address, len) - FAMILY_BYTES;
	if (bytes <= 0)
		return 0;
	bpf_probe_read_kernel(&first, 1, text);
	if (!first)
		return judge_abstract(task, call, text + 1, bytes - 1);
	dentry = peer->path.dentry;
	/* bound to a path that is not there to be judged */
	return dentry ? judge_one(task, call, OPERATION(RF_CONNECT), dentry) :
			refuse_local(task, call, NULL, RF_REASON_DISCONNECTED);
}

static __always_inline int judge_local(struct labelled_task *task, __u8 call, struct sock *other)
{
	struct unix_sock *peer = bpf_skc_to_unix_sock(other);

	if (!peer)
		return 0;
	if (is_of_session(other, task->label.session)) {
		if (is_of_skill(other, task)) {
			if (!task->delegation.policy)
				return 0;
			/* an agent's own ssh-agent would be handed the key by ssh (AddKeysToAgent) */
			return refuse_local(task, call, peer->path.dentry, RF_REASON_DELEGATED_PROCESS);
		}
		/* the session's rules leave it open */
		judge_by_skill(task);
	}
	return judge_bound(task, call, peer);
}

SEC("lsm/socket_post_create")
int BPF_PROG(rf_socket_post_create, struct socket *socket, int family, int type, int protocol, int kern, int ret)
{
	struct labelled_task *task = caller();
	struct sock *own;

	/* one that a program makes by a right of its own (ssh's ControlPath) is not the session's */
	if (ret || !task || kern || family != AF_UNIX || task->delegation.policy)
		return ret;
	own = socket->sk;
	if (own)
		give_to_session(own, task);
	return 0;
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(rf_unix_stream_connect, struct sock *sock, struct sock *other, struct sock *created, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task)
		return ret;
	return judge_local(task, RF_CALL_CONNECT, other);
}

SEC("lsm/unix_may_send")
int BPF_PROG(rf_unix_may_send, struct socket *socket, struct socket *other, int ret)
{
	struct labelled_task *task = caller();
	struct sock *peer;

	if (ret || !task)
		return ret;
	peer = other->sk;
	return peer ? judge_local(task, RF_CALL_SEND, peer) : 0;
}

/* The other end of a connection that another has made; NULL: there is none to be judged. */
static __always_inline struct unix_sock *foreign_peer(struct socket *socket, const struct labelled_task *task)
{
	struct sock *sock = socket->sk;
	struct unix_sock *own;

	if (!sock || is_of_session(sock, task->label.session))
		return NULL;
	own = bpf_skc_to_unix_sock(sock);
	if (!own)
		return NULL;
	sock = own->peer;
	return sock ? bpf_skc_to_unix_sock(sock) : NULL;
}

/*
 * A descriptor that another process hands over: a connection is one all the same, and an open file is as open as to whoever opens it. It is
 * judged where it arrives, unless it is a connection that a task of the session has made, and was judged then.
 */
SEC("lsm/file_receive")
int BPF_PROG(rf_file_receive, struct file *file, int ret)
{
	struct labelled_task *task = caller();
	struct unix_sock *peer;
	struct socket *socket;
	__u32 operations = 0;

	if (ret || !task)
		return ret;
	socket = bpf_sock_from_file(file);
	if (socket) {
		peer = foreign_peer(socket, task);
		return peer ? judge_bound(task, RF_CALL_CONNECT, peer) : 0;
	}
	if (file->f_mode & FMODE_READ)
		operations |= OPERATION(RF_READ);
	if (file->f_mode & FMODE_WRITE)
		operations |= OPERATION(RF_WRITE);
	return operations ? judge_one(task, RF_CALL_RECEIVE, operations, file->f_path.dentry) : 0;
}

#endif
