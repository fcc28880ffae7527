/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a device for which the suite makes the node. Where the machine has no such hardware, to come as far as its driver is success. */
#ifndef DEVICE_H
#define DEVICE_H

__attribute__((noreturn, unused)) static void open_device(const char *path, int flags)
{
	if (open(path, flags | O_CLOEXEC) < 0 && errno != ENXIO && errno != ENODEV)
		intended("open", -1);
	succeed("open");
}

#endif
