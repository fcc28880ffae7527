/* SPDX-License-Identifier: Apache-2.0 */
/* Paths: few enough that later calls meet what earlier ones have made, crooked enough to come from everywhere. */
#include "fuzzer.h"

static const char *const NAMES[] = { "a", "b", "c", "d", "e", "link", "dir", "m" };
static const char *const ODD[] = { ".", "..", "../..", "", "a/..", "dir/../dir", "link/.", "\n", "\xff\xfe", "a " };

static char long_name[256];

static const char *component(struct thread *thread)
{
	struct dice *dice = &thread->dice;

	switch (pick(dice, 12)) {
	case 0:
		return PICK(dice, ODD);
	case 1:
		memset(long_name, 'n', 255);
		return long_name;
	case 2:
	case 3:
		return settings.tail_count ? settings.tails[pick(dice, settings.tail_count)] : "a";
	default:
		return PICK(dice, NAMES);
	}
}

static const char *granted(struct thread *thread)
{
	return settings.granted[pick(&thread->dice, settings.granted_count)];
}

static const char *closed(struct thread *thread)
{
	return settings.closed[pick(&thread->dice, settings.closed_count)];
}

/* Below a granted place: one or two names, or what was made last. */
static void open_place(struct thread *thread, char *buffer)
{
	struct dice *dice = &thread->dice;
	const char *base = granted(thread), *recent = state.recent[pick(dice, 8)];
	unsigned how = pick(dice, 8);
	const char *first = component(thread), *second = component(thread);

	if (how < 3 && recent[0])
		base = recent;
	if (how == 0 || how == 7)
		snprintf(buffer, PATH_BYTES, "%s", base);
	else if (how < 6)
		snprintf(buffer, PATH_BYTES, "%s/%s", base, first);
	else
		snprintf(buffer, PATH_BYTES, "%s/%s/%s", base, first, second);
}

/* A protected place by one of the ways that lead there. */
static void closed_place(struct thread *thread, char *buffer)
{
	static const char *const WAYS[] = { "/proc/self/root%s",	"/proc/thread-self/root%s", "/proc/self/cwd%s", "//%s",
					    "/proc/self/root/../..%s", "/./%s" };
	struct dice *dice = &thread->dice;
	const char *target = closed(thread), *base = granted(thread), *way = PICK(dice, WAYS), *more = component(thread);

	switch (pick(dice, 8)) {
	case 0:
	case 1:
	case 2:
		snprintf(buffer, PATH_BYTES, "%s", target);
		break;
	case 3:
		snprintf(buffer, PATH_BYTES, way, target);
		break;
	case 4:
		snprintf(buffer, PATH_BYTES, "%s/../../..%s", base, target);
		break;
	case 5:
		snprintf(buffer, PATH_BYTES, "%s/%s", target, more);
		break;
	case 6: /* the directory that it lies in */
		snprintf(buffer, PATH_BYTES, "%s", target);
		if (strrchr(buffer, '/') > buffer)
			*strrchr(buffer, '/') = 0;
		break;
	default: /* from a directory that is open */
		snprintf(buffer, PATH_BYTES, "/proc/self/fd/%d%s%s", some_directory(thread), strchr(target + 1, '/') ? "/.." : "",
			 strrchr(target, '/'));
	}
}

static void elsewhere(struct thread *thread, char *buffer)
{
	static const char *const PLACES[] = { "/", "/tmp", "/dev/shm", "/dev/null", "/usr", "/etc", "/etc/hostname", "/proc", "/proc/self",
					      "/proc/self/maps", "/proc/self/mem", "/proc/self/environ", "/sys", "/run", ".", ".." };
	struct dice *dice = &thread->dice;
	const char *place = PICK(dice, PLACES);

	if (once_in(dice, 3))
		snprintf(buffer, PATH_BYTES, "/proc/%s/fd/%d", once_in(dice, 4) ? "thread-self" : "self", some_fd(thread, ANY_KIND));
	else if (once_in(dice, 6))
		snprintf(buffer, PATH_BYTES, "/proc/%d/fd/%d", state.keeper_pid, 3 + pick(dice, 12));
	else
		snprintf(buffer, PATH_BYTES, "%s", place);
}

const char *path_to(struct thread *thread, enum towards where, char *buffer)
{
	unsigned how = pick(&thread->dice, 16);

	if (where == ANYWHERE)
		where = how & 1 ? OPEN_PLACE : CLOSED_PLACE;
	if (how < 2)
		elsewhere(thread, buffer);
	else if ((where == OPEN_PLACE) != (how < 4))
		open_place(thread, buffer);
	else
		closed_place(thread, buffer);
	return buffer;
}

void remember(struct thread *thread, const char *path)
{
	snprintf(state.recent[pick(&thread->dice, 8)], PATH_BYTES, "%s", path);
}
