/* The log of calls: which function was called on which device for which dtype. What docs/coverage.md is made from.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* O_CLOEXEC */

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/dtype.h"
#include "core/registry.h"
#include "standard/watch.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int file = -1;

/* By row and slot of the device, a bit for each dtype that is in the file already. */
static _Atomic uint32_t logged[STANDARD_MAX_ROWS][XP_DEVICE_SLOTS];

/* The file is only ever appended to, a line at a time, so that many processes may share it. */
static void start(void)
{
    const char *path = getenv("SCIXP_LOG_CALLS");
    if (path && path[0])
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

bool standard_logs_calls(void)
{
    pthread_once(&once, start);
    return file >= 0;
}

void standard_log_call(const standard_row *row, const struct xp_device *device, int dtype)
{
    if (!standard_logs_calls())
        return;
    uint32_t bit = UINT32_C(1) << dtype;
    if (atomic_fetch_or(&logged[row - standard_rows][device ? device->slot : 0], bit) & bit)
        return;
    char line[128];
    int length = snprintf(line, sizeof line, "%s %s %s\n", device ? device->name : "any", row->name,
                          dtype ? xp_dtype_name(dtype) : "any");
    if (write(file, line, (size_t)length) != length)
        file = -1; /* no more room: the log ends here */
}
