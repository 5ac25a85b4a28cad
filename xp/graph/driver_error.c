/* How a driver's message becomes an error that names the function that was called.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>

#include "driver.h"

/* The slot's message, until its caller picks it up. */
static _Thread_local char pending_message[200];

xp_status xp_driver_error(xp_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(pending_message, sizeof pending_message, format, arguments);
    va_end(arguments);
    return code;
}

xp_array *xp_driver_failed(xp_status status, const char *function)
{
    if (pending_message[0] == '\0')
        snprintf(pending_message, sizeof pending_message, "the device failed");
    xp_fail(status, function, NULL, "%s: %s", function, pending_message);
    pending_message[0] = '\0';
    return xp_failed();
}
