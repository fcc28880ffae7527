/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of calls; each ends with a name of NULL. */
#ifndef CALLS_H
#define CALLS_H

#include "fuzzer.h"

extern const struct call CONTENT_CALLS[], FILE_CALLS[], ATTRIBUTE_CALLS[], NAMESPACE_CALLS[], PASSING_CALLS[], SOCKET_CALLS[],
	RING_CALLS[];

#endif
