/* Scopes and errors: who owns a new array, and how a failure is noticed (docs/errors-and-ownership.md).
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCIXP_XP_SCOPE_H
#define SCIXP_XP_SCOPE_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A scope: a small value that names storage of the thread that opened it. Scopes nest; one that was not closed is
 * closed by the next outer one. */
typedef struct xp_scope {
    uint32_t depth;  /* 1 for an outermost scope */
    uint32_t serial; /* tells this scope from an earlier one of the same depth */
} xp_scope;

/* Opens a scope: from here on, each new array of this thread belongs to it. An outermost scope also forgets the
 * thread's last error. Cannot fail. */
XP_API xp_scope xp_scope_open(void);

/* Releases everything that belongs to the scope and tells whether anything failed since it was opened: XP_OK, or the
 * code of the first error. Work on borrowed memory that a living array still waits for is done first. */
XP_API XP_NODISCARD xp_status xp_scope_close(xp_scope scope);

/* Closes the scope but for `result`, which moves up to the enclosing scope (to the caller, where there is none).
 * Returns the failed array if anything failed inside, even if the result does not depend on it. An array that the
 * caller owned already comes back as a new handle on it. */
XP_API xp_array *xp_scope_return(xp_scope scope, xp_array *result);

/* The same for several results: each of the `count` pointers is replaced by what is handed up (NULL stays NULL).
 * Returns false, and fails them all, if anything failed inside. */
XP_API bool xp_scope_return_all(xp_scope scope, xp_array **const *results, int count);

/* `xp_scope_pass(scope, &r.a, &r.b, NULL)`: xp_scope_return_all with the pointers written out, NULL last. */
XP_API bool xp_scope_pass(xp_scope scope, xp_array **first, ...);

/* Ends one round of a loop: closes the scope, asks the device to start on `next`, and puts it into `*state` in the
 * enclosing scope, whose former value is released if an earlier carry put it there. Returns xp_ok(*state). */
XP_API bool xp_scope_carry(xp_scope round, xp_array **state, xp_array *next);

/* A new reference on `x` that no scope owns: it lives until xp_release. Returns `x`. */
XP_API xp_array *xp_keep(xp_array *x);

/* Gives back one reference that the caller owns. NULL and failed arrays are ignored. */
XP_API void xp_release(xp_array *x);

/* The failed array: what every function returns after an error. Never released, never NULL. */
XP_API xp_array *xp_failed(void);

/* Whether `x` is given and has not failed. Forces nothing. */
XP_API bool xp_ok(const xp_array *x);

/* ---- errors -------------------------------------------------------------------------------------------------- */

/* The thread's first error since its outermost scope was opened: code, and a sentence such as
 * "kmeans: obs has 3 dimensions, expected 1 or 2". The texts stay valid until the thread's next error or scope. */
XP_API xp_status xp_error_code(void);
XP_API const char *xp_error_message(void);
XP_API const char *xp_error_function(void); /* the public function's name, "" if there was no error */
XP_API const char *xp_error_argument(void); /* the argument's name, "" if it was none in particular */

/* Forgets the thread's error. */
XP_API void xp_error_clear(void);

/* Records an error of `function` about `argument` (NULL: about none in particular) and returns the failed array.
 * The first error wins; later ones are its consequences. Every error passes through here. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
XP_API xp_array *xp_fail(xp_status code, const char *function, const char *argument, const char *format, ...);

/* xp_fail with a message that needs no formatting. */
XP_API xp_array *xp_fail_message(xp_status code, const char *function, const char *argument, const char *message);

/* To handle an error on purpose: what fails between the two is reported by xp_try_close and then forgotten.
 * Arrays made in between belong to the attempt; keep the ones that are wanted by xp_scope_return style hand-over:
 * `xp_try_close(attempt, &x)` hands up *x if nothing failed (x may be NULL). */
typedef struct xp_try {
    xp_scope scope;
} xp_try;
XP_API xp_try xp_try_open(void);
XP_API XP_NODISCARD xp_status xp_try_close(xp_try attempt, xp_array **result);

/* ---- warnings and progress ----------------------------------------------------------------------------------- */

typedef enum xp_warning {
    XP_WARNING_USER = 0,        /* questionable input: features that do not vary, an empty cluster */
    XP_WARNING_TRANSFER = 1,    /* data moved between devices because a device lacks a function */
    XP_WARNING_PERFORMANCE = 2, /* correct, but slower than it could be */
    XP_WARNING_NUMERIC = 3,     /* accuracy lost, no convergence */
    XP_WARNING_DEVICE = 4       /* the text of a kernel that a device does not compile, with its compiler's words */
} xp_warning;

typedef void xp_warning_callback(void *context, xp_warning category, const char *message);

/* Hears every warning of the process. NULL brings back the default, which prints each message once to stderr. */
XP_API void xp_set_warning_callback(xp_warning_callback *callback, void *context);

/* Emits a warning, as XP_WARNING_USER or as the category given. */
XP_API void xp_warn(const char *message);
XP_API void xp_warn_as(xp_warning category, const char *message);

/* How far long work is. */
typedef struct xp_progress_report {
    size_t size;          /* of this struct, as the library has it */
    const char *function;
    int64_t step, steps;  /* done, of how many */
    double value;         /* that the work watches, such as a distortion; NaN if there is none */
    int64_t changed;      /* how many results the last step changed, such as labels; -1 if that is not counted */
} xp_progress_report;

/* Hears of each step. Returning false cancels: the function fails with XP_ERROR_CANCELLED and releases everything. The
 * report is read during the call only. */
typedef bool xp_progress_callback(void *context, const xp_progress_report *report);
XP_API void xp_set_progress_callback(xp_progress_callback *callback, void *context);

/* For the authors of long functions: reports, and returns false (after xp_fail) when the work is to stop. */
XP_API bool xp_progress(const char *function, int64_t step, int64_t steps, double value, int64_t changed);

/* Whether anybody hears it: what a report alone would need is not computed otherwise. */
XP_API bool xp_progress_is_heard(void);

#ifdef __cplusplus
}
#endif
#endif
