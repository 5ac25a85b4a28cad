/* Scopes: who owns a new array, handing results up, noticing failures.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>

#include "core/alloc.h"
#include "core/registry.h"
#include "core/thread.h"

/* How many pointers xp_scope_pass takes, and how many arrays are computed together when a scope closes. */
#define PASS_MOST 32
#define BATCH 16

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static xp_scope_frame *deeper_frame(xp_scope_frame *outer)
{
    xp_scope_frame *frame = outer->inner;
    if (!frame) {
        frame = xp_alloc_zeroed(1, sizeof *frame);
        if (!frame)
            return NULL;
        frame->outer = outer;
        frame->depth = outer->depth + 1;
        outer->inner = frame;
    }
    return frame;
}

/* Serial 0 marks a scope that got no storage: its arrays belong to the enclosing one, and it counts as failed. */
xp_scope xp_scope_open(void)
{
    xp_thread *thread = xp_thread_here();
    xp_scope_frame *outer = thread->scope, *frame = &thread->outermost_storage;
    if (!outer) {
        frame->depth = 1;
        thread->error.stale = true;
    } else {
        frame = deeper_frame(outer);
        if (!frame) {
            xp_fail_message(XP_ERROR_MEMORY, "scope_open", NULL, "scope_open: out of memory");
            return (xp_scope){outer->depth + 1, 0};
        }
    }
    if (++thread->scope_serial == 0)
        thread->scope_serial = 1;
    frame->newest = NULL;
    frame->serial = thread->scope_serial;
    frame->errors = thread->errors;
    frame->has_foreign = false;
    frame->had_error = thread->error.code != XP_OK && !thread->error.stale;
    thread->scope = frame;
    return (xp_scope){frame->depth, frame->serial};
}

static xp_scope_frame *find_frame(const xp_thread *thread, xp_scope scope)
{
    xp_scope_frame *frame = thread->scope;
    while (frame && frame->depth > scope.depth)
        frame = frame->outer;
    return frame && frame->depth == scope.depth && frame->serial == scope.serial ? frame : NULL;
}

/* ---- closing ----------------------------------------------------------------------------------------------------- */

void xp_scope_leave(xp_array *x)
{
    xp_scope_frame *frame = x->scope;
    if (!frame)
        return;
    if (frame->newest == x)
        frame->newest = x->scope_older;
    else
        x->scope_newer->scope_older = x->scope_older;
    if (x->scope_older)
        x->scope_older->scope_newer = x->scope_newer;
    x->scope = NULL;
    x->scope_older = x->scope_newer = NULL;
}

static bool is_pending_foreign(const xp_array *x)
{
    return xp_state(x) == XP_STATE_PENDING && xp_node_is_foreign(x);
}

/* Work on borrowed memory that somebody outside still waits for: references beyond the scope's own and those of pending
 * consumers. What only the scope holds is dropped at once, so that what it read may turn out unwanted too. */
static void finish_foreign(xp_scope_frame *frame)
{
    xp_array *batch[BATCH];
    int count = 0;
    for (xp_array *x = frame->newest, *older; x; x = older) {
        older = x->scope_older;
        if (!is_pending_foreign(x))
            continue;
        int others = atomic_load(&x->references) - 1;
        if (others == 0) {
            xp_scope_leave(x);
            xp_array_unref(x);
        } else if (others > xp_node_consumers(x)) {
            batch[count++] = x;
        }
        if (count == BATCH) {
            xp_force(batch, count);
            count = 0;
        }
    }
    if (count > 0)
        xp_force(batch, count);
}

static void close_innermost(xp_thread *thread)
{
    xp_scope_frame *frame = thread->scope;
    if (frame->has_foreign)
        finish_foreign(frame);
    thread->scope = frame->outer;
    while (frame->newest) {
        xp_array *x = frame->newest;
        frame->newest = x->scope_older;
        x->scope = NULL;
        if (x->flags & XP_ARRAY_CARRIED)
            x->flags &= (uint8_t)~XP_ARRAY_CARRIED;
        xp_array_unref(x);
    }
}

/* ---- handing up -------------------------------------------------------------------------------------------------- */

/* Whether a frame of this thread from the innermost to `last` owns x. */
static bool is_owned(const xp_thread *thread, const xp_scope_frame *last, const xp_array *x)
{
    if (!x->scope)
        return false;
    for (const xp_scope_frame *frame = thread->scope; frame; frame = frame->outer) {
        if (frame == x->scope)
            return true;
        if (frame == last)
            break;
    }
    return false;
}

/* Takes the results out of the frames that are about to close. */
static void detach_results(xp_thread *thread, xp_scope_frame *frame, xp_array **const *results, int count)
{
    for (int i = 0; i < count; i++) {
        xp_array *x = *results[i];
        if (!x)
            continue;
        if (xp_is_failed(x)) {
            *results[i] = xp_fail_again();
        } else if (is_owned(thread, frame, x)) {
            xp_scope_leave(x);
            x->flags |= XP_ARRAY_MOVING;
        }
    }
}

/* A detached array joins the scope that is now innermost. One that still waits for borrowed memory is done by the end
 * of that scope, or now if there is none. */
static void place(xp_thread *thread, xp_array *x)
{
    x->flags &= (uint8_t)~XP_ARRAY_MOVING;
    xp_scope_join(thread, x);
    if (thread->scope && is_pending_foreign(x))
        thread->scope->has_foreign = true;
}

/* What the caller gets for a result that no closing scope owned. */
static xp_array *another_handle(xp_thread *thread, xp_array *x)
{
    if (is_owned(thread, NULL, x))
        return x;
    return xp_alias(x);
}

static void finish_moving(xp_thread *thread, xp_array **const *results, int count)
{
    for (int i = 0; i < count && !thread->scope; i++) {
        xp_array *x = *results[i];
        if (x && (x->flags & XP_ARRAY_MOVING) && is_pending_foreign(x))
            xp_force(&x, 1);
    }
}

/* Fails all results; what was detached is released. The same array may be among them twice: references are dropped when
 * nobody looks at flags any more. */
static void fail_results(xp_array **const *results, int count)
{
    for (int i = 0; i < count; i++) {
        xp_array *x = *results[i];
        if (x && (x->flags & XP_ARRAY_MOVING))
            x->flags &= (uint8_t)~XP_ARRAY_MOVING;
        else
            *results[i] = NULL;
    }
    for (int i = 0; i < count; i++) {
        xp_array_unref(*results[i]);
        *results[i] = xp_failed();
    }
}

static xp_status status_of_failure(const xp_thread *thread)
{
    return thread->error.code == XP_OK ? XP_ERROR_VALUE : thread->error.code;
}

static xp_status hand_up(xp_scope scope, xp_array **const *results, int count, const char *function)
{
    xp_thread *thread = xp_thread_here();
    xp_scope_frame *frame = find_frame(thread, scope);
    if (!frame) {
        if (scope.serial != 0)
            xp_fail(XP_ERROR_VALUE, function, "scope", "%s: the scope is not open on this thread", function);
        fail_results(results, count);
        return status_of_failure(thread);
    }
    uint32_t errors = frame->errors;
    xp_scope_frame *outer = frame->outer;
    detach_results(thread, frame, results, count);
    while (thread->scope != outer)
        close_innermost(thread);
    finish_moving(thread, results, count);
    for (int i = 0; i < count && thread->errors == errors; i++) {
        xp_array *x = *results[i];
        if (x && (x->flags & XP_ARRAY_MOVING))
            place(thread, x);
        else if (x)
            *results[i] = another_handle(thread, x);
    }
    if (thread->errors == errors)
        return XP_OK;
    fail_results(results, count);
    return status_of_failure(thread);
}

xp_status xp_scope_close(xp_scope scope)
{
    xp_thread *thread = &xp_this_thread;
    xp_scope_frame *frame = thread->scope;
    if (frame && frame->depth == scope.depth && frame->serial == scope.serial) {
        uint32_t errors = frame->errors;
        close_innermost(thread);
        return thread->errors == errors ? XP_OK : status_of_failure(thread);
    }
    return hand_up(scope, NULL, 0, "scope_close");
}

xp_array *xp_scope_return(xp_scope scope, xp_array *result)
{
    xp_array **const results[] = {&result};
    hand_up(scope, results, 1, "scope_return");
    return result;
}

bool xp_scope_return_all(xp_scope scope, xp_array **const *results, int count)
{
    return hand_up(scope, results, count, "scope_return_all") == XP_OK;
}

bool xp_scope_pass(xp_scope scope, xp_array **first, ...)
{
    xp_array **results[PASS_MOST];
    int count = 0;
    va_list rest;
    va_start(rest, first);
    for (xp_array **next = first; next; next = va_arg(rest, xp_array **)) {
        if (count < PASS_MOST)
            results[count++] = next;
        else
            *next = xp_fail(XP_ERROR_VALUE, "scope_pass", NULL, "scope_pass: more than %d results", PASS_MOST);
    }
    va_end(rest);
    return hand_up(scope, results, count, "scope_pass") == XP_OK;
}

bool xp_scope_carry(xp_scope round, xp_array **state, xp_array *next)
{
    xp_thread *thread = xp_thread_here();
    xp_scope_frame *frame = find_frame(thread, round);
    xp_array *former = *state, *asked = next;
    bool moves = frame && next && is_owned(thread, frame, next);
    bool replaces = frame && former && (former->flags & XP_ARRAY_CARRIED) && !is_owned(thread, frame, former);
    xp_array **const results[] = {&next};
    hand_up(round, results, 1, "scope_carry");
    if (replaces && former != next) {
        former->flags &= (uint8_t)~XP_ARRAY_CARRIED;
        xp_scope_leave(former);
        xp_array_unref(former);
    }
    if (xp_ok(next) && (moves || next != asked || !thread->scope))
        next->flags |= XP_ARRAY_CARRIED;
    if (xp_ok(next) && xp_state(next) == XP_STATE_PENDING && !xp_force(&next, 1)) {
        xp_scope_leave(next);
        xp_array_unref(next);
        next = xp_failed();
    }
    *state = next;
    return xp_ok(next);
}

xp_array *xp_keep(xp_array *x)
{
    if (x)
        xp_array_ref(x);
    return x;
}

void xp_release(xp_array *x)
{
    xp_array_unref(x);
}

/* ---- attempts ---------------------------------------------------------------------------------------------------- */

xp_try xp_try_open(void)
{
    return (xp_try){xp_scope_open()};
}

xp_status xp_try_close(xp_try attempt, xp_array **result)
{
    xp_thread *thread = xp_thread_here();
    xp_scope_frame *frame = find_frame(thread, attempt.scope);
    uint32_t errors = frame ? frame->errors : 0;
    bool had_error = frame && frame->had_error;
    xp_array **const results[] = {result};
    xp_status status = hand_up(attempt.scope, results, result ? 1 : 0, "try_close");
    if (frame && status != XP_OK) {
        thread->errors = errors;
        thread->error.stale = !had_error;
    }
    return status;
}
