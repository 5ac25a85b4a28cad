/* Errors: the thread's first one, and the failed array that stands for it.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/thread.h"

xp_array xp_failed_array = {.references = 1, .state = XP_STATE_FAILED, .shape = xp_failed_array.inline_extents,
                            .strides = xp_failed_array.inline_extents};

xp_array *xp_failed(void)
{
    return &xp_failed_array;
}

bool xp_ok(const xp_array *x)
{
    return x && xp_state(x) != XP_STATE_FAILED;
}

static bool is_current(const xp_error_record *error)
{
    return error->code != XP_OK && !error->stale;
}

static void copy_text(char *to, size_t bytes, const char *from)
{
    snprintf(to, bytes, "%s", from ? from : "");
}

/* Every error ends here. A message that does not begin with its function's name gets it put in front. */
static xp_array *record(xp_status code, const char *function, const char *argument, const char *message)
{
    xp_thread *thread = xp_thread_here();
    xp_error_record *error = &thread->error;
    thread->errors++;
    if (is_current(error))
        return &xp_failed_array;
    error->code = code == XP_OK ? XP_ERROR_VALUE : code;
    error->stale = false;
    copy_text(error->function, sizeof error->function, function);
    copy_text(error->argument, sizeof error->argument, argument);
    size_t length = strlen(error->function);
    bool named = length == 0 || (strncmp(message, error->function, length) == 0 && message[length] == ':');
    snprintf(error->message, sizeof error->message, "%s%s%s", named ? "" : error->function, named ? "" : ": ", message);
    return &xp_failed_array;
}

xp_array *xp_fail_message(xp_status code, const char *function, const char *argument, const char *message)
{
    return record(code, function, argument, message ? message : "");
}

xp_array *xp_fail(xp_status code, const char *function, const char *argument, const char *format, ...)
{
    char message[sizeof((xp_error_record *)0)->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return record(code, function, argument, message);
}

xp_array *xp_fail_again(void)
{
    xp_thread *thread = xp_thread_here();
    if (thread->error.code == XP_OK)
        return record(XP_ERROR_VALUE, "", "", "an array that had failed earlier was used");
    thread->errors++;
    thread->error.stale = false;
    return &xp_failed_array;
}

xp_status xp_error_code(void)
{
    const xp_error_record *error = &xp_thread_here()->error;
    return is_current(error) ? error->code : XP_OK;
}

const char *xp_error_message(void)
{
    const xp_error_record *error = &xp_thread_here()->error;
    return is_current(error) ? error->message : "";
}

const char *xp_error_function(void)
{
    const xp_error_record *error = &xp_thread_here()->error;
    return is_current(error) ? error->function : "";
}

const char *xp_error_argument(void)
{
    const xp_error_record *error = &xp_thread_here()->error;
    return is_current(error) ? error->argument : "";
}

/* Forgets it for the open scopes, too: what went wrong so far does not fail them any more. */
void xp_error_clear(void)
{
    xp_thread *thread = xp_thread_here();
    thread->error.code = XP_OK;
    thread->error.stale = false;
    for (xp_scope_frame *frame = thread->scope; frame; frame = frame->outer)
        frame->errors = thread->errors;
}
