/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PASSING_H
#define PASSING_H

/* Starts the process that keeps descriptors it is handed; before the first step. */
void start_keeper(void);

#endif
