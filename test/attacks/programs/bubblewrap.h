/* SPDX-License-Identifier: Apache-2.0 */
/* How attacks go on inside bubblewrap, started as Codex CLI starts it: all of the host, an own /dev, /proc and /tmp. */
#ifndef BUBBLEWRAP_H
#define BUBBLEWRAP_H

#define SANDBOX "--new-session", "--die-with-parent", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--dev", \
		"/dev", "--proc", "/proc"

/* Starts bubblewrap with these options, and in it this program again with `inside` for its last argument. */
#define GO_INSIDE(ARGUMENT, ...)                                                                                       \
	do {                                                                                                           \
		char *vector[] = { "bwrap", SANDBOX, __VA_ARGS__, "--", (ARGUMENT)[0], (ARGUMENT)[1], (ARGUMENT)[2],   \
				   "inside", NULL };                                                                   \
		execv("/usr/bin/bwrap", vector);                                                                       \
		prepare("bwrap", -1);                                                                                  \
	} while (0)

static int is_inside(int count, char **argument)
{
	return count > 0 && !strcmp(argument[count - 1], "inside");
}

#endif
