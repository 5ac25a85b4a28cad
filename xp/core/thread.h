/* What each thread keeps for itself: its scopes, its first error, its free lists.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_CORE_THREAD_H
#define XP_CORE_THREAD_H

#include "core/array_private.h"

/* Blocks of up to XP_SMALL_CLASSES * XP_SMALL_STEP bytes are kept for reuse by each thread for itself. */
#define XP_SMALL_STEP 64
#define XP_SMALL_CLASSES 16

/* One open scope. Frames live in chunks that the thread owns, so pointers to them stay valid while they are open. */
typedef struct xp_scope_frame {
    xp_array *newest;       /* the arrays it owns, linked by scope_older / scope_newer */
    struct xp_scope_frame *outer, *inner; /* enclosing; and the next deeper one's storage, kept for reuse */
    uint32_t depth, serial;
    uint32_t errors;        /* thread->errors when the scope was opened: more now means that something failed inside */
    bool has_foreign;       /* owns a pending array that reads borrowed memory: done when the scope closes */
    bool had_error;         /* an error was current already when the scope was opened */
} xp_scope_frame;

typedef struct xp_error_record {
    xp_status code;
    bool stale;             /* from before the outermost scope: the next error replaces it */
    char function[48], argument[48], message[256];
} xp_error_record;

typedef struct xp_thread {
    xp_scope_frame *scope;  /* innermost, or NULL */
    xp_scope_frame outermost_storage;
    uint32_t errors;        /* how many calls have failed on this thread, also by passing a failed array through */
    uint32_t scope_serial;
    xp_error_record error;
    xp_array *free_arrays;  /* handles for reuse, linked by scope_older; a bounded number */
    int n_free_arrays;
    xp_array *dying;        /* arrays whose count reached zero, while one is being freed */
    bool freeing;
    int64_t arrays, buffers, nodes; /* made minus freed on this thread; the process's sums are what means something */
    struct xp_thread *next_thread;
    bool registered;
    void *free_buffers;     /* descriptions of buffers for reuse, linked by first word; a bounded number */
    int n_free_buffers;
    int64_t pool_live;      /* bytes taken from the pool minus bytes given back on this thread */
    void *small_blocks[XP_SMALL_CLASSES]; /* the pool's blocks of 64, 128, ... bytes for reuse, linked by first word */
    uint16_t n_small_blocks[XP_SMALL_CLASSES];
} xp_thread;

/* The model that needs no call to find the address. Not under sanitizers: the linker turns the add that computes it
 * into one that sets no flags, and the check for a null pointer behind it then goes wrong. */
#if defined(__GNUC__) && !defined(__APPLE__) && !defined(__SANITIZE_ADDRESS__)
#define XP_TLS_MODEL __attribute__((tls_model("initial-exec")))
#else
#define XP_TLS_MODEL
#endif
extern _Thread_local xp_thread xp_this_thread XP_TLS_MODEL;

/* Registers the thread on first use, so that its counts and free lists are found and given back when it ends. */
void xp_thread_register(void);
static inline xp_thread *xp_thread_here(void)
{
    if (!xp_this_thread.registered)
        xp_thread_register();
    return &xp_this_thread;
}

/* Adds to a count of this thread that other threads may be summing up. */
static inline void xp_count(int64_t *counter, int64_t by)
{
    __atomic_store_n(counter, *counter + by, __ATOMIC_RELAXED);
}

/* Puts a new array into the innermost scope (none: the caller owns it), or takes it out of the one that owns it. */
static inline void xp_scope_join(xp_thread *thread, xp_array *x)
{
    xp_scope_frame *frame = thread->scope;
    x->scope = frame;
    if (!frame)
        return;
    x->scope_newer = NULL;
    x->scope_older = frame->newest;
    if (frame->newest)
        frame->newest->scope_newer = x;
    frame->newest = x;
}
void xp_scope_leave(xp_array *x);

/* A failed argument: counts as a failure of the scope without replacing the error's text. Returns the failed array. */
xp_array *xp_fail_again(void);

#endif
