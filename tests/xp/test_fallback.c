/* Fallback: what a device lacks is done on the host by the transfer policy, counted, said once, or refused.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "scixp/cluster.h"
#include "simple.h"
#include "support.h"

/* ---- calls that need each slot ----------------------------------------------------------------------------------- */

typedef struct operands {
    xp_array *x;      /* (4, 4), float64, positive definite */
    xp_array *values; /* (6,), float64, with a repeated one */
    xp_array *mask;   /* (6,), bool */
    xp_array *places; /* (3,), int64 */
} operands;

static operands make_operands(const struct xp_device *device)
{
    static const double x[] = {9, 1, 2, 0, 1, 8, 0, 3, 2, 0, 7, 1, 0, 3, 1, 6}, values[] = {5, 1, 4, 1, 3, 2};
    static const bool mask[] = {true, false, true, true, false, true};
    static const int64_t places[] = {3, 0, 2};
    return (operands){xp_from_host(x, XP_FLOAT64, XP_SHAPE(4, 4), device),
                      xp_from_host(values, XP_FLOAT64, XP_SHAPE(6), device),
                      xp_from_host(mask, XP_BOOL, XP_SHAPE(6), device),
                      xp_from_host(places, XP_INT64, XP_SHAPE(3), device)};
}

#define CALL(name, ...)                                                                                                \
    static xp_array *name(const operands *o)                                                                           \
    {                                                                                                                  \
        const xp_namespace *xp = xp_array_namespace(o->x);                                                             \
        xp_rng rng = xp_rng_seed(7);                                                                                   \
        (void)rng, (void)xp;                                                                                           \
        return __VA_ARGS__;                                                                                            \
    }
CALL(take, xp->take(o->values, o->places, 0))
CALL(take_turned, xp->take(xp->flip(xp->matrix_transpose(o->x), XP_OVER(1)), o->places, 1))
CALL(masked, xp_get(o->values, XP_INDEX(xp_mask(o->mask))))
CALL(masked_rows, xp_get(xp->broadcast_to(o->values, XP_SHAPE(6, 6)), XP_INDEX(xp_mask(o->mask))))
CALL(cumulative_sum, xp->cumulative_sum(o->x, 0, XP_DEFAULT_DTYPE, true))
CALL(searchsorted, xp->searchsorted(xp->cumulative_sum(o->values, 0, XP_DEFAULT_DTYPE, false), o->values, true, NULL))
CALL(matmul, xp->matmul(o->x, xp->matrix_transpose(o->x)))
CALL(product_of_columns, xp->matmul(xp_get(o->x, XP_INDEX(xp_slice(0, 4, 2), xp_ellipsis())),
                                    xp_get(o->x, XP_INDEX(xp_ellipsis(), xp_at(1)))))
CALL(cholesky, xp->linalg->cholesky(o->x, true))
CALL(svd, xp->linalg->svd(o->x, false).s)
CALL(qr, xp->linalg->qr(o->x, false).r)
CALL(det, xp->linalg->det(o->x))
CALL(inv, xp->linalg->inv(o->x))
CALL(solve, xp->linalg->solve(o->x, xp_get(o->values, XP_INDEX(xp_slice(0, 4, 1)))))
CALL(uniform, xp->random->uniform(&rng, XP_SHAPE(11), XP_FLOAT32))
CALL(integers, xp->random->integers(&rng, -3, 12, XP_SHAPE(11), XP_INT64))
CALL(choice, xp->random->choice(&rng, 20, 9))
CALL(fft, xp->fft->fft(xp->astype(o->x, XP_COMPLEX128, true), 0, 0, XP_FFT_BACKWARD))
CALL(irfft, xp->fft->irfft(xp->fft->rfft(o->values, 0, -1, XP_FFT_BACKWARD), 5, -1, XP_FFT_BACKWARD))
CALL(set, xp->extra->at_set(o->values, XP_INDEX(xp_positions(o->places)), xp_scalar(9.0)))
CALL(scatter_add, xp->extra->scatter_add(o->x, o->places, xp_get(o->x, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis())), 0))
CALL(sort, xp->sort(o->x, 0, true, true))
CALL(argsort, xp->argsort(o->values, 0, false, true))
CALL(median, xp->extra->median(o->x, XP_OVER(0)))
CALL(unique, xp->unique_all(o->values).values)
CALL(unique_within, xp->extra->unique_counts_within(o->values, 9, xp_scalar(-1.0)).counts)
CALL(partition, xp->extra->partition(o->values, 2, 0))

static const struct need {
    const char *missing; /* one of what it lacks */
    xp_array *(*call)(const operands *o);
    double tolerance; /* of work that BLAS and LAPACK round in an order of their own */
} needs[] = {
    {"gather", take, 0},           {"gather", take_turned, 0},      {"compress", masked, 0},
    {"count_mask", masked, 0},     {"mask_positions", masked_rows, 0}, {"scan sum", cumulative_sum, 0},
    {"search", searchsorted, 0},   {"matmul", matmul, 1e-15},       {"matmul", product_of_columns, 1e-15},
    {"factor cholesky", cholesky, 1e-15}, {"factor svd", svd, 1e-14}, {"factor qr", qr, 1e-14},
    {"factor det", det, 1e-14},    {"factor inverse", inv, 1e-14},  {"solve", solve, 1e-14},
    {"draw uniform", uniform, 0},  {"draw integers", integers, 0},  {"draw bits", choice, 0},
    {"fourier forward", fft, 0},   {"fourier to_half", irfft, 0},   {"fourier from_half", irfft, 0},
    {"scatter set", set, 0},       {"scatter add", scatter_add, 0}, {"sort", sort, 0},
    {"sort", argsort, 0},          {"select", median, 0},           {"unique", unique, 0},
    {"unique", unique_within, 0},  {"partition", partition, 0},     {"select", partition, 0},
};
#define N_NEEDS (int)(sizeof needs / sizeof needs[0])

static xp_fallbacks counts_of(const struct xp_device *device)
{
    xp_fallbacks counts = {.size = sizeof counts};
    cr_assert_eq(xp_fallback_counts(device, &counts), XP_OK);
    return counts;
}

static bool has_fallen_for(const struct xp_device *device, const char *missing)
{
    xp_fallback fallback = {.size = sizeof fallback};
    bool found = false;
    for (uint64_t i = 0; i < counts_of(device).entries && !found; i++) {
        cr_assert_eq(xp_fallback_entry(device, (int)i, &fallback), XP_OK);
        cr_assert(fallback.calls > 0 && fallback.function[0]);
        found = strcmp(fallback.missing, missing) == 0;
    }
    return found;
}

CHECKED_TEST(fallback, every_slot_gives_what_the_host_gives)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    for (int i = 0; i < N_NEEDS; i++) {
        xp_scope scope = xp_scope_open();
        const operands here = make_operands(xp_device("host")), there = make_operands(simple_device());
        xp_fallback_reset(simple_device());
        xp_array *expected = needs[i].call(&here), *actual = needs[i].call(&there);
        xp_assert_that(xp_ok(actual), "%s: %s", needs[i].missing, xp_error_message());
        cr_assert_eq(xp_device_of(actual), simple_device());
        const char *difference =
            xp_test_close(xp_to_device(actual, xp_device("host")), expected, needs[i].tolerance, needs[i].tolerance);
        xp_assert_that(!difference, "%s: %s", needs[i].missing, difference);
        xp_assert_that(has_fallen_for(simple_device(), needs[i].missing), "%s", needs[i].missing);
        const xp_fallbacks counts = counts_of(simple_device());
        xp_assert_that(counts.calls > 0 && counts.bytes_uploaded + counts.bytes_downloaded > 0, "%s",
                       needs[i].missing);
        xp_assert_closes(scope);
    }
    cr_assert_eq(support_warnings(), 0);
}

CHECKED_TEST(fallback, what_is_forbidden_names_function_device_and_slot)
{
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    xp_fallback_reset(simple_device());
    xp_scope scope = xp_scope_open();
    const operands there = make_operands(simple_device());
    for (int i = 0; i < N_NEEDS; i++) {
        xp_try attempt = xp_try_open();
        cr_assert_not(xp_ok(needs[i].call(&there)));
        const char *message = xp_error_message();
        cr_assert(strstr(message, "the device simple has no ") && strstr(message, "SCIXP_TRANSFER"), "%s", message);
        cr_assert(strstr(message, xp_error_function()) == message, "%s", message);
        cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_UNSUPPORTED);
    }
    xp_assert_fails(matmul(&there), XP_ERROR_UNSUPPORTED,
                    "matmul: the device simple has no matmul for float64, and transfers to the host are forbidden "
                    "(SCIXP_TRANSFER)");
    xp_assert_fails(svd(&there), XP_ERROR_UNSUPPORTED,
                    "svd: the device simple has no factor svd for float64, and transfers to the host are forbidden "
                    "(SCIXP_TRANSFER)");
    cr_assert_eq(counts_of(simple_device()).calls, 0);
    cr_assert_eq(support_warnings(), 0);
    xp_assert_closes(scope);
}

CHECKED_TEST(fallback, a_warning_for_each_function_and_device)
{
    xp_set_transfer_policy(XP_TRANSFER_WARN);
    xp_scope scope = xp_scope_open();
    const struct xp_device *other = xp_device_register("simple:other", &simple_driver, NULL, NULL);
    const operands there = make_operands(simple_device()), elsewhere = make_operands(other);
    for (int round = 0; round < 3; round++)
        cr_assert(xp_ok(sort(&there)));
    cr_assert_eq(support_warnings(), 1);
    cr_assert(strstr(support_last_warning(), "sort: the device simple has no sort for float64: done on the host"), "%s",
              support_last_warning());
    cr_assert(xp_ok(argsort(&there)));
    cr_assert_eq(support_warnings(), 2);
    cr_assert(xp_ok(sort(&elsewhere)));
    cr_assert_eq(support_warnings(), 3);
    xp_fallback_reset(simple_device());
    cr_assert(xp_ok(sort(&there)));
    cr_assert_eq(support_warnings(), 3);
    /* one for the function, whatever else it lacks */
    support_forget_warnings();
    cr_assert(xp_ok(partition(&there)));
    cr_assert_eq(support_warnings(), 1);
    xp_assert_closes(scope);
}

CHECKED_TEST(fallback, counts_say_what_went_where)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    const struct xp_device *device = simple_device();
    const operands there = make_operands(device);
    xp_fallback_reset(device);
    cr_assert(xp_ok(sort(&there)) && xp_ok(argsort(&there)) && xp_ok(sort(&there)));
    xp_fallbacks counts = counts_of(device);
    cr_assert_eq(counts.calls, 3);
    cr_assert_eq(counts.entries, 2);
    cr_assert_eq(counts.bytes_downloaded, 16 * 8 + 6 * 8 + 16 * 8);
    cr_assert_eq(counts.bytes_uploaded, 16 * 8 + 6 * 8 + 16 * 8);
    xp_fallback first = {.size = sizeof first}, second = {.size = sizeof second};
    cr_assert_eq(xp_fallback_entry(device, 0, &first), XP_OK);
    cr_assert_eq(xp_fallback_entry(device, 1, &second), XP_OK);
    cr_assert_str_eq(first.function, "sort");
    cr_assert_str_eq(first.missing, "sort");
    cr_assert_eq(first.calls, 2);
    cr_assert_str_eq(second.function, "argsort");
    cr_assert_eq(second.calls, 1);
    cr_assert_eq(counts_of(xp_device("host")).calls, 0);
    xp_fallback_reset(device);
    counts = counts_of(device);
    cr_assert(counts.calls == 0 && counts.entries == 0 && counts.bytes_downloaded == 0 && counts.bytes_uploaded == 0);
    xp_assert_closes(scope);
}

CHECKED_TEST(fallback, questions_that_make_no_sense)
{
    xp_fallbacks counts = {.size = 0};
    xp_fallback one = {.size = sizeof one};
    xp_assert_fails(xp_fallback_counts(NULL, NULL), XP_ERROR_VALUE, "fallback_counts: fallbacks has no size");
    xp_assert_fails(xp_fallback_counts(NULL, &counts), XP_ERROR_VALUE, "fallback_counts: fallbacks has no size");
    xp_assert_fails(xp_fallback_entry(NULL, 0, NULL), XP_ERROR_VALUE, "fallback_entry: fallback has no size");
    xp_assert_fails(xp_fallback_entry(NULL, 0, &one), XP_ERROR_VALUE, "fallback_entry: there is no number 0");
    xp_assert_fails(xp_fallback_entry(NULL, -1, &one), XP_ERROR_VALUE, "fallback_entry: there is no number -1");
    /* a caller of older days knows fewer fields */
    counts.size = offsetof(xp_fallbacks, entries);
    counts.entries = 77;
    cr_assert_eq(xp_fallback_counts(simple_device(), &counts), XP_OK);
    cr_assert_eq(counts.entries, 77);
}

/* ---- dtypes and operations that a driver refuses ----------------------------------------------------------------- */

static bool refuses_float64(const struct xp_device *device, const xp_request *request)
{
    (void)device;
    return request->dtype != XP_FLOAT64 && request->result_dtype != XP_FLOAT64;
}

/* A device whose own work is in anything but float64. */
static const struct xp_device *narrow_device(void)
{
    static const struct xp_device *device;
    if (!device) {
        xp_driver driver = simple_driver;
        driver.supports = refuses_float64;
        device = xp_device_register("narrow", &driver, NULL, NULL);
    }
    return device;
}

static xp_array *expression(xp_array *x)
{
    xp_array *y = xp_add(xp_multiply(x, xp_scalar(2.0)), xp_get(x, XP_INDEX(xp_at(1))));
    xp_array *z = xp_where(xp_less(y, xp_scalar(9.0)), xp_sqrt(xp_abs(y)), xp_matrix_transpose(x));
    return xp_divide(xp_sum(z, XP_OVER(0)), xp_var(z, XP_OVER(1)));
}

CHECKED_TEST(fallback, elementwise_work_and_reductions_in_a_refused_dtype)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING) {
        xp_scope scope = xp_scope_open();
        xp_array *there = support_ramp(-3, 0.7, dtype, XP_SHAPE(4, 4), narrow_device());
        xp_fallback_reset(narrow_device());
        xp_array *expected = expression(support_ramp(-3, 0.7, dtype, XP_SHAPE(4, 4), xp_device("host")));
        xp_array *actual = expression(there);
        const xp_fallbacks counts = counts_of(narrow_device());
        const double tolerance = dtype == XP_FLOAT64 ? 0 : 1e-5;
        const char *difference = xp_test_close(xp_to_device(actual, xp_device("host")), expected, tolerance, tolerance);
        xp_assert_that(!difference, "%s: %s", xp_test_dtype_name(dtype), difference);
        xp_assert_that((counts.calls > 0) == (dtype == XP_FLOAT64), "%d calls", (int)counts.calls);
        xp_assert_that(has_fallen_for(narrow_device(), "reduction var") == (dtype == XP_FLOAT64), NULL);
        xp_assert_that(has_fallen_for(narrow_device(), "elementwise add") == (dtype == XP_FLOAT64), NULL);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(fallback, casts_that_are_refused)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(-3, 0.7, XP_FLOAT32, XP_SHAPE(3, 5), narrow_device());
    xp_array *here = support_ramp(-3, 0.7, XP_FLOAT32, XP_SHAPE(3, 5), xp_device("host"));
    xp_array *doubles = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3, 5), narrow_device());
    xp_assert_equal(xp_to_device(xp_astype(x, XP_FLOAT64, true), xp_device("host")), xp_astype(here, XP_FLOAT64, true));
    /* written into part of a result, where the cast would be a step of a program */
    xp_array *both[] = {doubles, x};
    xp_array *joined = xp_concat(both, 2, 0);
    xp_assert_equal(xp_to_device(xp_get(joined, XP_INDEX(xp_slice(3, 6, 1))), xp_device("host")),
                    xp_astype(here, XP_FLOAT64, true));
    cr_assert(has_fallen_for(narrow_device(), "elementwise cast"));
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    xp_assert_fails(xp_astype(x, XP_FLOAT64, true), XP_ERROR_UNSUPPORTED,
                    "astype: the device narrow has no elementwise cast for float32, and transfers to the host are "
                    "forbidden (SCIXP_TRANSFER)");
    xp_assert_fails(xp_add(doubles, doubles), XP_ERROR_UNSUPPORTED, NULL);
    xp_assert_fails(xp_sum(doubles, XP_ALL), XP_ERROR_UNSUPPORTED, NULL);
    xp_assert_closes(scope);
}

/* What waits on the same array is not drawn to the host. */
CHECKED_TEST(fallback, only_what_is_refused_is_done_apart)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    (void)narrow_device();
    const struct xp_device *trace = xp_device("trace(narrow)");
    xp_array *x = support_ramp(1, 1, XP_INT64, XP_SHAPE(3, 5), trace);
    xp_trace_reset(trace);
    xp_array *count = xp_count_nonzero(x, XP_ALL);
    xp_array *mean = xp_mean(x, XP_ALL); /* in float64 */
    cr_assert_eq(xp_to_double(mean), 8);
    const xp_counts counts = xp_test_counts(trace);
    cr_assert_eq(counts.launches, 0);
    cr_assert(xp_is_pending(count));
    cr_assert_eq(xp_to_int(count), 15);
    /* the cast and the mean: x and its double go down, the double and the mean come back; then values are read */
    cr_assert_eq(counts.uploads, 2);
    cr_assert_eq(counts.bytes_uploaded, 15 * 8 + 8);
    cr_assert_eq(counts.bytes_downloaded, 2 * 15 * 8 + 8);
    xp_assert_closes(scope);
}

CHECKED_TEST(fallback, a_trace_device_counts_the_transfers)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    (void)simple_device();
    const struct xp_device *trace = xp_device("trace(simple)");
    const operands there = make_operands(trace);
    xp_trace_reset(trace);
    cr_assert(xp_ok(solve(&there)));
    const xp_counts counts = xp_test_counts(trace);
    cr_assert_eq(counts.downloads, 2);
    cr_assert_eq(counts.uploads, 1);
    cr_assert_eq(counts.bytes_downloaded, 16 * 8 + 4 * 8);
    cr_assert_eq(counts.bytes_uploaded, 4 * 8);
    cr_assert_eq(counts_of(trace).bytes_downloaded, counts.bytes_downloaded);
    xp_assert_closes(scope);
}

/* ---- algorithms -------------------------------------------------------------------------------------------------- */

CHECKED_TEST(fallback, kernels_of_algorithms)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    xp_rng rng = xp_rng_seed(11);
    xp_array *here = xp_random_normal(&rng, XP_SHAPE(40, 3), XP_FLOAT64, xp_device("host"));
    xp_array *there = xp_to_device(here, simple_device());
    xp_fallback_reset(simple_device());
    const sx_vq_result expected = sx_cluster_vq(here, xp_get(here, XP_INDEX(xp_slice(0, 5, 1))), NULL);
    const sx_vq_result actual = sx_cluster_vq(there, xp_get(there, XP_INDEX(xp_slice(0, 5, 1))), NULL);
    xp_assert_equal(xp_to_device(actual.code, xp_device("host")), expected.code);
    xp_assert_close(xp_to_device(actual.dist, xp_device("host")), expected.dist, 1e-14, 1e-14);
    xp_fallback fallback = {.size = sizeof fallback};
    cr_assert_eq(xp_fallback_entry(simple_device(), 0, &fallback), XP_OK);
    cr_assert(strncmp(fallback.missing, "kernel ", strlen("kernel ")) == 0, "%s", fallback.missing);
    cr_assert_str_eq(fallback.function, "vq");
    xp_assert_closes(scope);
}

/* ---- who never falls back ---------------------------------------------------------------------------------------- */

CHECKED_TEST(fallback, devices_that_keep_their_data_refuse)
{
    xp_driver driver = simple_driver;
    driver.keeps_data = true;
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    const operands there = make_operands(xp_device_register("keeper", &driver, NULL, NULL));
    xp_assert_fails(sort(&there), XP_ERROR_UNSUPPORTED,
                    "sort: the device keeper has no sort for float64, and its data is not to leave it");
    xp_assert_closes(scope);
}

CHECKED_TEST(fallback, host_strict_and_trace_have_everything)
{
    static const char *const names[] = {"host", "strict", "trace(host)", "trace(strict)"};
    xp_set_transfer_policy(XP_TRANSFER_FORBID);
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < N_NEEDS; i++) {
            xp_scope scope = xp_scope_open();
            const operands there = make_operands(xp_device(names[k]));
            bool is_done = xp_ok(needs[i].call(&there));
            bool is_refused = k % 2 == 1 && xp_error_code() != XP_ERROR_UNSUPPORTED; /* by the standard */
            xp_assert_that(is_done || is_refused, "%s: %s: %s", names[k], needs[i].missing, xp_error_message());
            cr_assert_eq(counts_of(xp_device(names[k])).calls, 0);
            cr_assert((xp_scope_close(scope) == XP_OK) == is_done);
        }
}

/* ---- failures ---------------------------------------------------------------------------------------------------- */

CHECKED_TEST(fallback, errors_of_the_hosts_slot_come_through)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    xp_array *singular = xp_zeros(XP_SHAPE(3, 3), XP_FLOAT64, simple_device());
    xp_assert_fails(xp_linalg_inv(singular), XP_ERROR_LINALG, NULL);
    xp_assert_fails(xp_linalg_cholesky(singular, false), XP_ERROR_LINALG, NULL);
    xp_assert_fails(xp_linalg_solve(singular, singular), XP_ERROR_LINALG, NULL);
    xp_assert_closes(scope);
}

CHECKED_TEST(fallback, no_allocation_may_fail_unnoticed)
{
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    const operands there = make_operands(simple_device());
    for (int i = 0; i < N_NEEDS; i++)
        XP_TEST_EVERY_ALLOCATION(round) {
            xp_scope scope = xp_scope_open();
            (void)needs[i].call(&there);
            xp_status status = xp_scope_close(scope);
            xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "%s, round %lld: %s",
                           needs[i].missing, round, xp_error_message());
        }
    xp_release(there.x);
    xp_release(there.values);
    xp_release(there.mask);
    xp_release(there.places);
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(4, 4), narrow_device());
    XP_TEST_EVERY_ALLOCATION(round) {
        xp_scope scope = xp_scope_open();
        (void)expression(x);
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
    }
    xp_release(x);
}

static int transfers_left;

static xp_status failing_upload(const struct xp_device *device, xp_buffer *to, int64_t offset, const void *from,
                                size_t bytes)
{
    if (transfers_left-- == 0)
        return xp_driver_error(XP_ERROR_DEVICE, "%s is gone", device->name);
    return simple_driver.upload(device, to, offset, from, bytes);
}

static xp_status failing_download(const struct xp_device *device, void *to, xp_buffer *from, int64_t offset,
                                  size_t bytes)
{
    if (transfers_left-- == 0)
        return xp_driver_error(XP_ERROR_DEVICE, "%s is gone", device->name);
    return simple_driver.download(device, to, from, offset, bytes);
}

CHECKED_TEST(fallback, transfers_that_fail_are_errors_of_the_function)
{
    xp_driver driver = simple_driver;
    driver.upload = failing_upload;
    driver.download = failing_download;
    xp_set_transfer_policy(XP_TRANSFER_ALLOW);
    xp_scope scope = xp_scope_open();
    transfers_left = 1000;
    const operands there = make_operands(xp_device_register("fragile", &driver, NULL, NULL));
    for (int i = 0; i < 3; i++) { /* two downloads and an upload */
        transfers_left = i;
        xp_assert_fails(solve(&there), XP_ERROR_DEVICE, "solve: fragile is gone");
    }
    transfers_left = 3;
    cr_assert(xp_ok(solve(&there)));
    xp_assert_closes(scope);
}

/* ---- the environment --------------------------------------------------------------------------------------------- */

static void sort_there(double *results)
{
    xp_try attempt = xp_try_open();
    const operands there = make_operands(simple_device());
    results[0] = xp_ok(sort(&there));
    results[1] = (double)xp_try_close(attempt, NULL);
}

Test(fallback, the_environment_decides_until_the_program_does)
{
    double results[2];
    support_elsewhere("SCIXP_TRANSFER", "forbid", sort_there, results, 2);
    cr_assert_eq(results[0], 0);
    cr_assert_eq((xp_status)results[1], XP_ERROR_UNSUPPORTED);
    support_elsewhere("SCIXP_TRANSFER", "allow", sort_there, results, 2);
    cr_assert_eq(results[0], 1);
    cr_assert_eq((xp_status)results[1], XP_OK);
}
