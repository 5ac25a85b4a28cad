/* Warnings and progress: what callbacks hear, and what is printed where there are none.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "scixp/xp/scope.h"

/* The default remembers this many messages by their hashes; once they are full it says so and stays silent. */
#define REMEMBERED 1024

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards everything below */
static xp_warning_callback *warning_callback;
static void *warning_context;
static xp_progress_callback *progress_callback;
static void *progress_context;
static uint64_t seen[REMEMBERED];
static int n_seen;

/* FNV-1a; 0 is kept for free entries. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash ? hash : 1;
}

/* Whether the message is new. Under the mutex. */
static bool remember(const char *message)
{
    uint64_t hash = hash_of(message);
    size_t at = hash % REMEMBERED;
    while (seen[at] && seen[at] != hash)
        at = (at + 1) % REMEMBERED;
    if (seen[at] || n_seen >= REMEMBERED / 2)
        return false;
    seen[at] = hash;
    n_seen++;
    return true;
}

static void print_once(const char *message)
{
    pthread_mutex_lock(&mutex);
    bool is_new = remember(message), is_last = n_seen == REMEMBERED / 2;
    pthread_mutex_unlock(&mutex);
    if (!is_new)
        return;
    fprintf(stderr, "scixp: warning: %s\n", message);
    if (is_last)
        fprintf(stderr, "scixp: further warnings are not shown\n");
}

void xp_set_warning_callback(xp_warning_callback *callback, void *context)
{
    pthread_mutex_lock(&mutex);
    warning_callback = callback;
    warning_context = context;
    pthread_mutex_unlock(&mutex);
}

void xp_warn_as(xp_warning category, const char *message)
{
    pthread_mutex_lock(&mutex);
    xp_warning_callback *callback = warning_callback;
    void *context = warning_context;
    pthread_mutex_unlock(&mutex);
    if (callback)
        callback(context, category, message);
    else
        print_once(message);
}

void xp_warn(const char *message)
{
    xp_warn_as(XP_WARNING_USER, message);
}

void xp_set_progress_callback(xp_progress_callback *callback, void *context)
{
    pthread_mutex_lock(&mutex);
    progress_callback = callback;
    progress_context = context;
    pthread_mutex_unlock(&mutex);
}

bool xp_progress(const char *function, int64_t step, int64_t steps, double value, int64_t changed)
{
    pthread_mutex_lock(&mutex);
    xp_progress_callback *callback = progress_callback;
    void *context = progress_context;
    pthread_mutex_unlock(&mutex);
    const xp_progress_report report = {sizeof report, function, step, steps, value, changed};
    if (!callback || callback(context, &report))
        return true;
    xp_fail(XP_ERROR_CANCELLED, function, NULL, "%s: cancelled at step %" PRId64 " of %" PRId64, function, step, steps);
    return false;
}

bool xp_progress_is_heard(void)
{
    pthread_mutex_lock(&mutex);
    bool heard = progress_callback != NULL;
    pthread_mutex_unlock(&mutex);
    return heard;
}
