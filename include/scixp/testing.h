/* Tests of array code: assertions, loops over providers and dtypes, failing allocations, leaks, transfers.
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * For the tests of any library that works on arrays, our own included. Include Criterion's header first and a failure
 * ends the Criterion test that it happens in; without Criterion it goes to the handler given to xp_test_set_handler,
 * and where there is none it is printed and the program aborts. The library itself neither prints nor aborts: what
 * does is inline here, in the test's own code.
 *
 *     Test(whiten, unit_variance)
 *     {
 *         XP_TEST_PROVIDERS(device) {
 *             XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
 *                 xp_scope scope = xp_scope_open();
 *                 xp_array *obs = xp_from_host(..., dtype, XP_SHAPE(100, 3), device);
 *                 xp_array *white = sx_cluster_whiten(obs, NULL);
 *                 xp_assert_close(xp_var(white, XP_OVER(0)), xp_ones(XP_SHAPE(3), dtype, device), 1e-6, 0);
 *                 xp_assert_closes(scope);
 *             }
 *         }
 *     }
 */
#ifndef SCIXP_TESTING_H
#define SCIXP_TESTING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xp/array.h"
#include "xp/device.h"
#include "xp/scope.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- assertions ------------------------------------------------------------------------------------------------- */

/* What two arrays must agree in before their values are looked at: namespace, device, dtype, shape; the text of a
 * failure names the first that differs. Of the values it shows how many differ, where the first ones stand, the worst
 * absolute and relative error, and the beginnings of both arrays. `expected` may be a weak scalar: it stands for a 0-d
 * array of the other's dtype and device. NaNs are equal to each other. All of these force evaluation. */

/* |actual - expected| <= atol + rtol * |expected| everywhere; infinities must be equal. Any dtype. */
#define xp_assert_close(actual, expected, rtol, atol) XP_TEST_CHECK_(xp_test_close(actual, expected, rtol, atol))

/* The same with the tolerance for those who have none of their own: atol is 0, rtol 4 * sqrt(eps) of the dtype, about
 * half of its digits. Integers and bool must be equal. */
#define xp_assert_close_default(actual, expected) XP_TEST_CHECK_(xp_test_close_default(actual, expected))

/* At most `nulp` steps from one number to the next lie between the two; 0 and -0 are the same number. Floating dtypes;
 * of complex ones, the parts each. */
#define xp_assert_close_nulp(actual, expected, nulp) XP_TEST_CHECK_(xp_test_close_nulp(actual, expected, nulp))

/* Equal values: 0 and -0 are equal, so are all NaNs. */
#define xp_assert_equal(actual, expected) XP_TEST_CHECK_(xp_test_equal(actual, expected))

/* The same bits: 0 and -0 differ. */
#define xp_assert_identical(actual, expected) XP_TEST_CHECK_(xp_test_identical(actual, expected))

/* lesser < greater, or lesser <= greater, everywhere; false for NaNs. Real dtypes. */
#define xp_assert_less(lesser, greater) XP_TEST_CHECK_(xp_test_less(lesser, greater))
#define xp_assert_less_equal(lesser, greater) XP_TEST_CHECK_(xp_test_less_equal(lesser, greater))

/* The same as xp_assert_close with elements of host memory in C order: `xp_assert_close_to(x, table, XP_FLOAT64,
 * XP_SHAPE(2, 3), 1e-15, 0)`. With rtol and atol 0 they must be equal. */
#define xp_assert_close_to(actual, data, dtype, shape, rtol, atol)                                                     \
    XP_TEST_CHECK_(xp_test_close_to(actual, data, dtype, shape, rtol, atol))

/* `x` is an array that has not failed; says the error otherwise. Does not force. */
#define xp_assert_ok(x) XP_TEST_CHECK_(xp_test_ok(x))

/* Closes a scope in which nothing may have failed. */
#define xp_assert_closes(scope) XP_TEST_CHECK_(xp_test_closes(scope))

/* `expression` must fail with this code and this sentence ("" or NULL: any). The error is forgotten afterwards, so
 * that the scope around it does not fail. Results of the expression that have to be forced must be forced in it. */
#define xp_assert_fails(expression, code, message)                                                                     \
    do {                                                                                                               \
        xp_try xp_test_attempt_ = xp_try_open();                                                                       \
        (void)(expression);                                                                                            \
        XP_TEST_CHECK_(xp_test_fails(xp_test_attempt_, code, message, #expression));                                   \
    } while (0)

/* A plain condition with a printf-like text. */
#define xp_assert_that(condition, ...)                                                                                 \
    XP_TEST_CHECK_((condition) ? (const char *)NULL : xp_test_text(#condition, __VA_ARGS__))

/* The functions behind the assertions, for other test frameworks and for bindings: NULL if it holds, else the text
 * of the failure, valid until the thread's next one. */
XP_API const char *xp_test_close(xp_array *actual, xp_array *expected, double rtol, double atol);
XP_API const char *xp_test_close_default(xp_array *actual, xp_array *expected);
XP_API const char *xp_test_close_nulp(xp_array *actual, xp_array *expected, int64_t nulp);
XP_API const char *xp_test_equal(xp_array *actual, xp_array *expected);
XP_API const char *xp_test_identical(xp_array *actual, xp_array *expected);
XP_API const char *xp_test_less(xp_array *lesser, xp_array *greater);
XP_API const char *xp_test_less_equal(xp_array *lesser, xp_array *greater);
XP_API const char *xp_test_close_to(xp_array *actual, const void *data, xp_dtype dtype, xp_shape shape, double rtol,
                                    double atol);
XP_API const char *xp_test_ok(const xp_array *x);
XP_API const char *xp_test_closes(xp_scope scope);
XP_API const char *xp_test_fails(xp_try attempt, xp_status code, const char *message, const char *expression);
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
XP_API const char *xp_test_text(const char *condition, const char *format, ...);

/* 4 * sqrt(eps) of a floating dtype, of a complex one that of its parts; 0 for the others. */
XP_API double xp_test_default_rtol(xp_dtype dtype);

/* ---- providers --------------------------------------------------------------------------------------------------- */

/* Runs the block that follows once for each provider present, with `device` as its device; `break` and `continue` end
 * the provider's turn: host, strict and trace. XP_PROVIDERS=host,opencl names others (then each must be there), also
 * devices that the program has registered itself. The text of a failure inside names the provider. */
#define XP_TEST_PROVIDERS(device)                                                                                      \
    for (xp_test_loop xp_loop_##device = XP_TEST_ZERO_; xp_test_next_here_(__FILE__, __LINE__, &xp_loop_##device);)    \
        for (const struct xp_device *device = xp_loop_##device.device; device; device = NULL)

typedef struct xp_test_loop {
    const struct xp_device *device; /* of this turn */
    int position, turns;            /* in the list of names; turns begun */
    const char *problem;            /* why the loop cannot go on, or NULL */
} xp_test_loop;

/* Goes on to the next provider; false at the end, or with `problem` set. */
XP_API bool xp_test_next_provider(xp_test_loop *loop);

/* ---- dtypes ------------------------------------------------------------------------------------------------------ */

/* Runs the block that follows once for each dtype of a set of bits: XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING). */
#define XP_TEST_DTYPES(dtype, set)                                                                                     \
    for (xp_dtype dtype = xp_test_next_dtype(XP_DEFAULT_DTYPE, set); dtype != XP_DEFAULT_DTYPE;                        \
         dtype = xp_test_next_dtype(dtype, set))

#define XP_TEST_DTYPE(dtype) (1u << (dtype))
#define XP_TEST_BOOL XP_TEST_DTYPE(XP_BOOL)
#define XP_TEST_SIGNED 0x003cu
#define XP_TEST_UNSIGNED 0x03c0u
#define XP_TEST_INTEGRAL (XP_TEST_SIGNED | XP_TEST_UNSIGNED)
#define XP_TEST_REAL_FLOATING 0x0c00u
#define XP_TEST_COMPLEX 0x3000u
#define XP_TEST_REAL (XP_TEST_INTEGRAL | XP_TEST_REAL_FLOATING)
#define XP_TEST_FLOATING (XP_TEST_REAL_FLOATING | XP_TEST_COMPLEX)
#define XP_TEST_NUMERIC (XP_TEST_REAL | XP_TEST_COMPLEX)
#define XP_TEST_ANY (XP_TEST_NUMERIC | XP_TEST_BOOL)
#define XP_TEST_STORAGE 0xc000u /* float16, bfloat16: in no other set, since not every device has them */

/* The next dtype of the set after `dtype`, XP_DEFAULT_DTYPE at the end; and the names: "float64". */
XP_API xp_dtype xp_test_next_dtype(xp_dtype dtype, unsigned set);
XP_API const char *xp_test_dtype_name(xp_dtype dtype);

/* ---- skipping, and failures that are expected -------------------------------------------------------------------- */

/* What a device may lack and a test may need. */
typedef enum xp_test_capability {
    XP_TEST_HOST_MEMORY = 0,  /* xp_data: elements that the program can look at in place */
    XP_TEST_KERNELS = 1,      /* kernels, which cluster.vq is made of */
    XP_TEST_MATMUL = 2,       /* matrix products */
    XP_TEST_LINALG = 3,       /* factorizations */
    XP_TEST_INDEXING = 4,     /* take, and positions given as arrays */
    XP_TEST_MASKS = 5,        /* boolean masks, whose results have a length that depends on data */
    XP_TEST_RANDOM = 6,       /* random numbers */
    XP_TEST_BEYOND_STANDARD = 7 /* promotion and dtypes beyond the standard, as NumPy has them */
} xp_test_capability;

/* Whether the device has it. */
XP_API bool xp_test_can(const struct xp_device *device, xp_test_capability what);

/* Whether the device is of this provider: "strict" is that of "strict:1", "trace" that of "trace(host)". */
XP_API bool xp_test_is(const struct xp_device *device, const char *provider);

/* Ends the test, or the turn of one provider (in its own block, not in a loop within), without a verdict; the reason is
 * reported:
 *
 *     if (!xp_test_can(device, XP_TEST_LINALG))
 *         XP_TEST_SKIP_PROVIDER("needs a factorization");
 */
#define XP_TEST_SKIP(reason)                                                                                           \
    do {                                                                                                               \
        xp_test_skip_here_(__FILE__, __LINE__, reason);                                                                \
        return;                                                                                                        \
    } while (0)
#define XP_TEST_SKIP_PROVIDER(reason)                                                                                  \
    {                                                                                                                  \
        xp_test_note_here_(__FILE__, __LINE__, xp_test_passed_over(reason));                                           \
        continue;                                                                                                      \
    }

/* The turn of a provider that is known to fail, and why:
 *
 *     XP_TEST_PROVIDERS(device) {
 *         if (xp_test_is(device, "cuda"))
 *             XP_TEST_EXPECT_FAILURE("issue 12: wrong for an empty stack");
 *         ...
 *
 * From there to the end of the turn a failure ends nothing: the first one is reported as a note, with the reason, and
 * the turn goes on. A turn without any is a failure: the reason holds no longer. The turn must come to its end: no
 * return in it. */
#define XP_TEST_EXPECT_FAILURE(reason) xp_test_expect_failure(reason)
XP_API void xp_test_expect_failure(const char *reason); /* which is not copied */

/* The note on a turn that is passed over; and that on a failure if failures are expected: "" behind the turn's first
 * one, NULL if they are not expected. */
XP_API const char *xp_test_passed_over(const char *reason);
XP_API const char *xp_test_expected(const char *failure);

/* ---- failing allocations ----------------------------------------------------------------------------------------- */

/* Runs the block that follows again and again: in round 0 nothing fails, so that what is made once is there, as kernels
 * of a device are; in round n (1, 2, ...) the n-th allocation of the library fails, that one only, until a round meets
 * no failure. The block makes its own scope and looks at the outcome:
 *
 *     XP_TEST_EVERY_ALLOCATION(round) {
 *         xp_scope scope = xp_scope_open();
 *         xp_array *y = function(x);
 *         xp_eval(y);
 *         xp_status status = xp_scope_close(scope);
 *         xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
 *     }
 *
 * After each round no array, node or buffer may be alive that was not before it. The loop stands in no scope: one
 * that cannot be opened would leave what is made in it to the one around it. */
#define XP_TEST_EVERY_ALLOCATION(round)                                                                                \
    for (xp_test_faults xp_faults_##round = XP_TEST_ZERO_;                                                             \
         xp_test_fault_here_(__FILE__, __LINE__, &xp_faults_##round);)                                                 \
        for (long long round = xp_faults_##round.round; round >= 0; round = -1)

/* The n-th allocation of the process from now on (n >= 1) fails, that one only; 0 switches it off. */
XP_API void xp_test_fault_arm(int64_t n);

/* Whether the allocation that was armed last has failed; also after it was switched off. */
XP_API bool xp_test_fault_fired(void);

/* ---- leaks ------------------------------------------------------------------------------------------------------- */

/* What is alive in the process: array handles, buffers, pending nodes. */
typedef struct xp_test_live {
    int64_t arrays, buffers, nodes;
} xp_test_live;

/* The counts at this moment. */
XP_API xp_test_live xp_test_live_now(void);

/* No more is alive than `before` says. */
#define xp_assert_no_leaks(before) XP_TEST_CHECK_(xp_test_leaks(before))
XP_API const char *xp_test_leaks(xp_test_live before);

typedef struct xp_test_faults {
    int64_t round;
    bool is_rehearsed;
    xp_test_live before;
    const char *problem;
} xp_test_faults;

/* Gets the next round ready and arms its allocation; false once a round has met none, or with `problem` set. */
XP_API bool xp_test_next_fault(xp_test_faults *faults);

/* ---- counts: passes, transfers ----------------------------------------------------------------------------------- */

/* What a trace device has done since the last reset: xp_test_counts(xp_device("trace(host)")).passes. All zero, with an
 * error recorded, for other devices. */
XP_API xp_counts xp_test_counts(const struct xp_device *trace);

/* Nothing was moved between host and device since the last reset. */
#define xp_assert_no_transfers(trace) XP_TEST_CHECK_(xp_test_transfers(trace))
XP_API const char *xp_test_transfers(const struct xp_device *trace);

/* Whether the address lies in memory of a strict device; if so, writes a sentence about it. For handlers of SIGSEGV:
 * calls nothing but snprintf. */
XP_API bool xp_test_explain_address(const void *address, char *text, size_t bytes);

/* ---- what happens to a failure ----------------------------------------------------------------------------------- */

typedef enum xp_test_event {
    XP_TEST_FAILURE = 0, /* an assertion does not hold; if the handler returns, the test goes on */
    XP_TEST_SKIPPED = 1, /* the test ends without a verdict */
    XP_TEST_NOTE = 2     /* a provider's turn was skipped, or failed as it was expected to */
} xp_test_event;

/* Hears all events of the process. NULL: back to Criterion, or to printing and aborting. */
typedef void xp_test_handler(void *context, xp_test_event event, const char *file, int line, const char *text);
XP_API void xp_test_set_handler(xp_test_handler *handler, void *context);

/* Hands an event to the handler, if there is one: false if there is not. */
XP_API bool xp_test_report(xp_test_event event, const char *file, int line, const char *text);

#ifdef __cplusplus
}
#endif

#ifdef __cplusplus
#define XP_TEST_ZERO_ {}
#else
#define XP_TEST_ZERO_ {0}
#endif

#define XP_TEST_CHECK_(failure)                                                                                        \
    do {                                                                                                               \
        const char *xp_test_failure_ = (failure);                                                                      \
        if (xp_test_failure_)                                                                                          \
            xp_test_fail_here_(__FILE__, __LINE__, xp_test_failure_);                                                  \
    } while (0)

static inline void xp_test_note_here_(const char *file, int line, const char *text)
{
    if (!xp_test_report(XP_TEST_NOTE, file, line, text))
        fprintf(stderr, "%s:%d: %s\n", file, line, text);
}

static inline void xp_test_fail_here_(const char *file, int line, const char *text)
{
    const char *note = xp_test_expected(text);
    if (note && note[0])
        xp_test_note_here_(file, line, note);
    if (note)
        return;
    if (xp_test_report(XP_TEST_FAILURE, file, line, text))
        return;
#if defined(CRITERION_H_)
    struct criterion_assert_stats failure;
    memset(&failure, 0, sizeof failure);
    failure.message = text;
    failure.file = file;
    failure.line = (unsigned)line;
    criterion_send_assert(&failure);
    criterion_abort_test();
#else
    fprintf(stderr, "%s:%d: %s\n", file, line, text);
    abort();
#endif
}

static inline void xp_test_skip_here_(const char *file, int line, const char *reason)
{
    if (xp_test_report(XP_TEST_SKIPPED, file, line, reason))
        return;
#if defined(CRITERION_H_)
    criterion_skip_test("%s", reason);
#else
    fprintf(stderr, "%s:%d: skipped: %s\n", file, line, reason);
#endif
}

static inline bool xp_test_next_here_(const char *file, int line, xp_test_loop *loop)
{
    bool more = xp_test_next_provider(loop);
    if (loop->problem)
        xp_test_fail_here_(file, line, loop->problem);
    return more;
}

static inline bool xp_test_fault_here_(const char *file, int line, xp_test_faults *faults)
{
    bool more = xp_test_next_fault(faults);
    if (faults->problem)
        xp_test_fail_here_(file, line, faults->problem);
    return more;
}

#endif
