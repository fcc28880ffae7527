/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EPISODE_H
#define EPISODE_H

/* In a process of its own: so many steps from an empty state, then the end of the process. */
__attribute__((noreturn)) void run_episode(unsigned worker, unsigned episode);
/* What the first steps of an episode would be, without making one. */
void print_episode(unsigned worker, unsigned episode);

#endif
