/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unix sockets. Those of the own session are free. To another's an agent may speak as far as its policy lets it connect to that
 * path; never to what stands for the person: displays, desktop buses, terminals that others share.
 */
#ifndef RINGFENCE_LOCAL_H
#define RINGFENCE_LOCAL_H

#include "network.h"

#define LONGEST_NAME 32
/* Bytes before the name in struct sockaddr_un. */
#define FAMILY_BYTES 2

/* The session whose task made the socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} socket_sessions SEC(".maps");

struct local_name {
	char text[LONGEST_NAME]; /* without the NUL before an abstract one */
	bool is_abstract;
};

/* The name that the socket was bound by: its server's own word. False: it has none. */
static __always_inline bool read_local_name(struct unix_sock *socket, struct local_name *name)
{
	struct unix_address *address = BPF_CORE_READ(socket, addr);
	char *text;
	__s64 bytes;

	if (!address)
		return false;
	text = (char *)address + bpf_core_field_offset(struct unix_address, name) + FAMILY_BYTES;
	bytes = (__s64)BPF_CORE_READ(address, len) - FAMILY_BYTES;
	if (bytes <= 0)
		return false;
	bpf_probe_read_kernel(name->text, 1, text);
	if (!name->text[0]) {
		name->is_abstract = true;
		text++;
		bytes--;
	}
	barrier_var(bytes);
	if (bytes <= 0)
		return true;
	if (bytes > LONGEST_NAME)
		bytes = LONGEST_NAME;
	bpf_probe_read_kernel(name->text, bytes, text);
	return true;
}

static __always_inline bool begins_with(const struct local_name *name, const char *prefix, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		if (name->text[i] != prefix[i])
			return false;
	return true;
}

#define BEGINS_WITH(NAME, PREFIX) begins_with(NAME, PREFIX, sizeof(PREFIX) - 1)

/* Whoever speaks to these can press the buttons of a prompt, or type where a person types. */
static __always_inline bool stands_for_the_person(const struct local_name *name)
{
	return BEGINS_WITH(name, "/tmp/.X11-unix/") || BEGINS_WITH(name, "/tmp/.ICE-unix/") ||
	       BEGINS_WITH(name, "/tmp/dbus-") || BEGINS_WITH(name, "/tmp/tmux-") || BEGINS_WITH(name, "/run/user/") ||
	       BEGINS_WITH(name, "/var/run/user/") || BEGINS_WITH(name, "/run/screen/") ||
	       BEGINS_WITH(name, "/run/dbus/") || BEGINS_WITH(name, "/var/run/dbus/");
}

/* Refused whatever the policy says. An abstract name stands for the object that there is not. */
static __always_inline int refuse_local(struct labelled_task *task, __u8 call, const struct local_name *name,
					struct dentry *dentry, __u8 reason)
{
	struct decision decision = { .operation = RF_CONNECT, .call = call, .operations = OPERATION(RF_CONNECT) };
	struct destination destination = { .family = AF_UNIX };
	int result;

	refuse(&decision, RF_BLOCK, reason);
	if (!name->is_abstract)
		decision.dentry = (__u64)dentry;
	else
		__builtin_memcpy(destination.address, name->text, sizeof(destination.address));
	result = enforce(task, &decision, NULL);
	report(&decision, &destination);
	return result;
}

static __always_inline int judge_local(struct labelled_task *task, __u8 call, struct sock *other)
{
	struct unix_sock *peer = bpf_skc_to_unix_sock(other);
	struct local_name name = {};
	__u64 *session;

	if (!peer)
		return 0;
	session = bpf_sk_storage_get(&socket_sessions, other, NULL, 0);
	if (session && *session == task->label.session) {
		if (!task->delegation.policy)
			return 0;
		/* an agent's own ssh-agent would be handed the key by ssh (AddKeysToAgent) */
		read_local_name(peer, &name);
		return refuse_local(task, call, &name, peer->path.dentry, RF_REASON_DELEGATED_PROCESS);
	}
	/* one without a name cannot be looked for: whoever speaks to it was handed the other end */
	if (!read_local_name(peer, &name))
		return 0;
	if (stands_for_the_person(&name))
		return refuse_local(task, call, &name, peer->path.dentry, RF_REASON_SELF_PROTECTION);
	if (name.is_abstract || !peer->path.dentry)
		return refuse_local(task, call, &name, NULL, RF_REASON_NO_RULE);
	return judge_one(task, call, OPERATION(RF_CONNECT), peer->path.dentry);
}

SEC("lsm/socket_post_create")
int BPF_PROG(rf_socket_post_create, struct socket *socket, int family, int type, int protocol, int kern, int ret)
{
	struct labelled_task *task = caller();
	struct sock *own;
	__u64 *session;

	/* one that a program makes by a right of its own (ssh's ControlPath) is not the session's */
	if (ret || !task || kern || family != AF_UNIX || task->delegation.policy)
		return ret;
	own = socket->sk;
	if (!own)
		return 0;
	session = bpf_sk_storage_get(&socket_sessions, own, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (session)
		*session = task->label.session;
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

#endif
