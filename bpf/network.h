/* SPDX-License-Identifier: GPL-2.0-only */
/* Where an agent may talk to, and where it may listen. IPv4 is judged as IPv6-mapped, so one rule serves both spellings. */
#ifndef RINGFENCE_NETWORK_H
#define RINGFENCE_NETWORK_H

#include <bpf/bpf_endian.h>
#include "names.h"

#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_ICMPV6 58

/*
 * What the longest prefix that fits says on this operation; the first range that fits decides. Global, so that the verifier looks at it
 * once.
 */
__noinline int read_ranges(struct decision *decision, const struct destination *destination)
{
	struct labelled_task *task = labelled(bpf_get_current_task_btf());
	struct rf_destination_key key = { .prefix_length = 160 };
	struct rf_destination *known;
	__u32 operations;

	if (!decision || !destination || !task)
		return 0;
	key.policy = bpf_htonl(task->by.policy);
	__builtin_memcpy(key.address, destination->address, sizeof(key.address));
	known = bpf_map_lookup_elem(&destinations, &key);
	for (__u32 i = 0; known && i < RF_MAX_PORT_RANGES && i < known->count; i++) {
		struct rf_port_range *range = &known->ranges[i];

		if (range->operation != decision->operation)
			continue;
		if (destination->port < range->low || destination->port > range->high)
			continue;
		if (range->protocol && range->protocol != destination->protocol)
			continue;
		decision->verdict = range->verdict;
		decision->reason = RF_REASON_RULE;
		decision->rule = range->rule;
		return 0;
	}
	operations = decision->operations;
	/* the verifier does not follow what the compiler knows of it */
	barrier_var(operations);
	open_address_by_mode(destination);
	decide_by_silence(decision, bpf_map_lookup_elem(&policies, &task->by.policy), operations, task->descent.open);
	return 0;
}

/* Not 0: the call is refused. */
static __always_inline int refuse_bytes(struct labelled_task *task, struct decision *decision)
{
	refuse(decision, RF_BLOCK, RF_REASON_LIMIT_BYTES);
	let_through(decision, NULL);
	return enforce(task, decision, NULL) ? -EPERM : 0;
}

/* What the rules on addresses and names say. False: the call is held until answers have been read. */
static __always_inline bool decide_address(struct labelled_task *task, struct decision *decision, __u8 call, __u8 operation,
					   const struct destination *destination)
{
	decision->call = call;
	decision->operation = operation;
	decision->operations = OPERATION(operation);
	read_ranges(decision, destination);
	decision->operation = operation;
	if (operation == RF_CONNECT && has_names(task->by.policy) && read_names(decision, destination))
		return false;
	withhold_all(task, decision);
	return true;
}

/* A wait that the skill's names, where it has none, would have ended. */
static __noinline int end_own_wait(void)
{
	__u64 current = (__u64)bpf_get_current_task_btf();
	struct rf_name_wait *wait = bpf_map_lookup_elem(&name_waits, &current);

	if (wait)
		end_wait(current, wait);
	return 0;
}

/* bytes: what is sent along, where the call sends. */
static __always_inline int judge_address(struct labelled_task *task, __u8 call, __u8 operation,
					 const struct destination *destination, __u64 bytes)
{
	struct decision decision = {};
	int result;

	if (!decide_address(task, &decision, call, operation, destination))
		return -ERESTARTNOINTR;
	if (asks_skill(task, &decision)) {
		set_aside(task, &decision);
		if (!decide_address(task, &decision, call, operation, destination))
			return -ERESTARTNOINTR;
		if (operation == RF_CONNECT)
			end_own_wait();
		if (is_sessions_word(task, &decision))
			judge_by_session(task);
	}
	if (decision.verdict > RF_ALLOW)
		let_through(&decision, destination);
	result = enforce(task, &decision, destination);
	if (result == -ERESTARTNOINTR)
		return result;
	if (!result && call == RF_CALL_SEND && exceeds_bytes(bytes))
		result = refuse_bytes(task, &decision);
	report(&decision, destination);
	return result;
}

static __always_inline int refuse_socket(struct labelled_task *task, __u8 call, __u16 family, __u8 protocol)
{
	struct decision decision = { .operation = RF_CONNECT, .call = call };
	struct destination destination = { .family = family, .protocol = protocol };
	int result;

	refuse(&decision, RF_BLOCK, RF_REASON_ADDRESS_FAMILY);
	result = enforce(task, &decision, NULL);
	report(&decision, &destination);
	return result;
}

/* The address as both hooks get it: already copied from user space. Returns its family. */
static __always_inline __u16 read_address(const void *address, int length, struct destination *destination)
{
	struct inet_address v4 = {};
	struct inet6_address v6 = {};
	__u16 family = AF_UNSPEC;

	if (length < (int)sizeof(family) || bpf_probe_read_kernel(&family, sizeof(family), address))
		return AF_UNSPEC;
	destination->family = family;
	if (family == AF_INET6) {
		bpf_probe_read_kernel(&v6, sizeof(v6), address);
		destination->port = bpf_ntohs(v6.port);
		__builtin_memcpy(destination->address, v6.address, sizeof(v6.address));
	} else if (family == AF_INET || family == AF_UNSPEC) {
		bpf_probe_read_kernel(&v4, sizeof(v4), address);
		destination->port = bpf_ntohs(v4.port);
		destination->address[10] = 0xff;
		destination->address[11] = 0xff;
		__builtin_memcpy(destination->address + 12, v4.address, sizeof(v4.address));
	}
	return family;
}

/*
 * Which parts of the kernel an agent may speak to: routes and sockets that libc and tools look at, the audit system (sudo and login
 * programs write to it), devices that come and go, and generic netlink. Not to those that decide where packets go.
 */
static __always_inline bool is_open_netlink(int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE:
	case NETLINK_USERSOCK:
	case NETLINK_SOCK_DIAG:
	case NETLINK_AUDIT:
	case NETLINK_KOBJECT_UEVENT:
	case NETLINK_GENERIC:
		return true;
	}
	return false;
}

SEC("lsm/socket_create")
int BPF_PROG(rf_socket_create, int family, int type, int protocol, int kern, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || kern)
		return ret;
	if (family == AF_UNIX || (family == AF_NETLINK && is_open_netlink(protocol)))
		return 0;
	if ((family == AF_INET || family == AF_INET6) && (type & SOCK_TYPE_MASK) != SOCK_RAW) {
		switch (protocol) {
		case IPPROTO_IP:
		case IPPROTO_ICMP:
		case IPPROTO_TCP:
		case IPPROTO_UDP:
		case IPPROTO_ICMPV6:
			return 0;
		}
	}
	return refuse_socket(task, RF_CALL_SOCKET, family, protocol);
}

SEC("lsm/socket_connect")
int BPF_PROG(rf_socket_connect, struct socket *sock, struct sockaddr *address, int length, int ret)
{
	struct labelled_task *task = caller();
	struct destination destination = {};
	struct sock *own;
	__u16 family;

	if (ret || !task)
		return ret;
	family = read_address(address, length, &destination);
	/* AF_UNSPEC only disconnects; AF_UNIX is judged by the socket it finds */
	if (family == AF_UNSPEC || family == AF_UNIX || family == AF_NETLINK)
		return 0;
	own = sock->sk;
	destination.protocol = own ? own->sk_protocol : 0;
	if (family != AF_INET && family != AF_INET6)
		return refuse_socket(task, RF_CALL_CONNECT, family, destination.protocol);
	return judge_address(task, RF_CALL_CONNECT, RF_CONNECT, &destination, 0);
}

static __always_inline bool is_internet(struct sock *own)
{
	__u16 family = BPF_CORE_READ(own, __sk_common.skc_family);

	return family == AF_INET || family == AF_INET6;
}

static __always_inline void map_ipv4(struct destination *destination, const __u32 *address)
{
	destination->address[10] = 0xff;
	destination->address[11] = 0xff;
	__builtin_memcpy(destination->address + 12, address, sizeof(*address));
}

/* What a connected socket is connected to. */
static __always_inline void read_peer(struct sock *own, struct destination *destination)
{
	__u32 v4 = BPF_CORE_READ(own, __sk_common.skc_daddr);

	destination->family = BPF_CORE_READ(own, __sk_common.skc_family);
	destination->protocol = BPF_CORE_READ(own, sk_protocol);
	destination->port = bpf_ntohs(BPF_CORE_READ(own, __sk_common.skc_dport));
	if (destination->family == AF_INET)
		map_ipv4(destination, &v4);
	else
		bpf_core_read(destination->address, sizeof(destination->address), &own->__sk_common.skc_v6_daddr);
}

/* Where a socket was bound to. What was not is at no address and port 0, from which the kernel chooses. */
static __always_inline void read_own_address(struct sock *own, struct destination *destination)
{
	__u32 v4 = BPF_CORE_READ(own, __sk_common.skc_rcv_saddr);

	destination->family = BPF_CORE_READ(own, __sk_common.skc_family);
	destination->protocol = BPF_CORE_READ(own, sk_protocol);
	destination->port = BPF_CORE_READ(own, __sk_common.skc_num);
	if (destination->family == AF_INET)
		map_ipv4(destination, &v4);
	else
		bpf_core_read(destination->address, sizeof(destination->address), &own->__sk_common.skc_v6_rcv_saddr);
}

/* To where the socket is connected, which was judged then: only the amount counts. */
static __always_inline int judge_amount(struct labelled_task *task, struct sock *own, __u64 bytes)
{
	struct decision decision = { .operation = RF_CONNECT, .call = RF_CALL_SEND, .operations = OPERATION(RF_CONNECT) };
	struct destination peer = {};
	int result;

	if (!exceeds_bytes(bytes))
		return 0;
	read_peer(own, &peer);
	result = refuse_bytes(task, &decision);
	report(&decision, &peer);
	return result;
}

/* Messages of one sendmmsg(2) to the address of the one before pass no hook: nobody counts them. */
static __always_inline bool hides_messages(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct pt_regs *registers = (struct pt_regs *)bpf_task_pt_regs(current);

	if ((current->thread_info.status & TS_COMPAT) || (registers->orig_ax & CALL_X32))
		return true;
	return registers->orig_ax == CALL_SENDMMSG && (__u32)registers->dx > 1;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(rf_socket_sendmsg, struct socket *sock, struct msghdr *message, int size, int ret)
{
	struct labelled_task *task = caller();
	struct destination destination = {};
	struct sock *own = sock->sk;
	__u64 bytes = size;
	__u16 family;

	if (ret || !task || !own || !is_internet(own))
		return ret;
	if (!message->msg_name)
		return sock->file ? judge_amount(task, own, bytes) : 0;
	if (hides_messages())
		bytes = UNCOUNTABLE;
	destination.protocol = own->sk_protocol;
	/* a connected stream ignores the address, unless the call opens the connection itself */
	if (destination.protocol == IPPROTO_TCP && !(message->msg_flags & MSG_FASTOPEN))
		return sock->file ? judge_amount(task, own, bytes) : 0;
	family = read_address(message->msg_name, message->msg_namelen, &destination);
	/* an IPv4 socket takes AF_UNSPEC for AF_INET, an IPv6 socket for no address at all */
	if (family == AF_UNSPEC && own->__sk_common.skc_family == AF_INET6)
		return sock->file ? judge_amount(task, own, bytes) : 0;
	destination.family = family == AF_INET6 ? AF_INET6 : AF_INET;
	return judge_address(task, RF_CALL_SEND, RF_CONNECT, &destination, sock->file ? bytes : 0);
}

/* A port of the agent's own choice is one that others can count on; one that the kernel chooses is nobody's. */
SEC("lsm/socket_bind")
int BPF_PROG(rf_socket_bind, struct socket *sock, struct sockaddr *address, int length, int ret)
{
	struct labelled_task *task = caller();
	struct destination destination = {};
	struct sock *own = sock->sk;
	__u16 family;

	if (ret || !task || !own || !is_internet(own))
		return ret;
	family = read_address(address, length, &destination);
	if (family == AF_UNSPEC && own->__sk_common.skc_family == AF_INET)
		family = AF_INET;
	/* another family's address, which the kernel refuses itself */
	if (family != own->__sk_common.skc_family || !destination.port)
		return 0;
	destination.family = family;
	destination.protocol = own->sk_protocol;
	return judge_address(task, RF_CALL_BIND, RF_LISTEN, &destination, 0);
}

SEC("lsm/socket_listen")
int BPF_PROG(rf_socket_listen, struct socket *sock, int backlog, int ret)
{
	struct labelled_task *task = caller();
	struct destination destination = {};
	struct sock *own = sock->sk;

	if (ret || !task || !own || !is_internet(own))
		return ret;
	read_own_address(own, &destination);
	return judge_address(task, RF_CALL_LISTEN, RF_LISTEN, &destination, 0);
}

#endif
