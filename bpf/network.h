/* SPDX-License-Identifier: GPL-2.0-only */
/* Where an agent may talk to. IPv4 is judged as IPv6-mapped, so one rule serves both spellings. */
#ifndef RINGFENCE_NETWORK_H
#define RINGFENCE_NETWORK_H

#include <bpf/bpf_endian.h>
#include "verdict.h"

#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58

static __always_inline int judge_destination(struct labelled_task *task, __u8 call, const struct destination *destination)
{
	struct rf_destination_key key = { .prefix_length = 160, .policy = bpf_htonl(task->label.policy) };
	struct decision decision = { .operation = RF_CONNECT, .call = call, .operations = OPERATION(RF_CONNECT) };
	struct rf_destination *known;
	int result;

	__builtin_memcpy(key.address, destination->address, sizeof(key.address));
	refuse(&decision, RF_BLOCK, RF_REASON_NO_RULE);
	known = bpf_map_lookup_elem(&destinations, &key);
	for (__u32 i = 0; known && i < RF_MAX_PORT_RANGES && i < known->count; i++) {
		struct rf_port_range *range = &known->ranges[i];

		if (destination->port < range->low || destination->port > range->high)
			continue;
		if (range->protocol && range->protocol != destination->protocol)
			continue;
		decision.verdict = range->verdict;
		decision.reason = RF_REASON_RULE;
		decision.rule = range->rule;
		break;
	}
	withhold_all(task, &decision);
	result = enforce(task, &decision, destination);
	if (result != -ERESTARTNOINTR)
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

SEC("lsm/socket_create")
int BPF_PROG(rf_socket_create, int family, int type, int protocol, int kern, int ret)
{
	struct labelled_task *task = caller();

	if (ret || !task || kern)
		return ret;
	if (family == AF_UNIX || family == AF_NETLINK)
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
	return judge_destination(task, RF_CALL_CONNECT, &destination);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(rf_socket_sendmsg, struct socket *sock, struct msghdr *message, int size, int ret)
{
	struct labelled_task *task = caller();
	struct destination destination = {};
	__u16 socket_family, family;
	struct sock *own;

	own = sock->sk;
	if (ret || !task || !message->msg_name || !own)
		return ret;
	socket_family = own->__sk_common.skc_family;
	if (socket_family != AF_INET && socket_family != AF_INET6)
		return 0;
	destination.protocol = own->sk_protocol;
	/* a connected stream ignores the address, unless the call opens the connection itself */
	if (destination.protocol == IPPROTO_TCP && !(message->msg_flags & MSG_FASTOPEN))
		return 0;
	family = read_address(message->msg_name, message->msg_namelen, &destination);
	/* an IPv4 socket takes AF_UNSPEC for AF_INET, an IPv6 socket for no address at all */
	if (family == AF_UNSPEC && socket_family == AF_INET6)
		return 0;
	destination.family = family == AF_INET6 ? AF_INET6 : AF_INET;
	return judge_destination(task, RF_CALL_SEND, &destination);
}

#endif
