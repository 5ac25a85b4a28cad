/* Odd memory and odd shapes: what can be done gives what plain arrays give, what cannot is a clear error, and nothing
 * is lost, or written that should not be.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* mmap */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "robust_calls.h"
#include "support.h"

#include "scixp/xp/dlpack_structs.h"

TestSuite(robust, .timeout = 120);

static const unsigned char itemsizes[XP_N_DTYPES] = {0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 8, 16, 2, 2};

static size_t itemsize(xp_dtype dtype)
{
    return itemsizes[dtype];
}

/* What elements must be aligned to: complex ones as their parts. */
static size_t alignment(xp_dtype dtype)
{
    return dtype == XP_COMPLEX64 || dtype == XP_COMPLEX128 ? itemsize(dtype) / 2 : itemsize(dtype);
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

/* The result of a call, or the failed array and why. */
static xp_array *attempt_call(const robust_call *call, xp_array *x, bool give, xp_status *status)
{
    xp_try attempt = xp_try_open();
    xp_array *y = robust_apply(call, x, give);
    if (xp_ok(y))
        xp_eval(y);
    *status = xp_try_close(attempt, &y);
    return y;
}

/* Sums may be taken in another order where strides are in another. */
static double tolerance(xp_array *x)
{
    xp_dtype dtype = xp_dtype_of(x);
    return dtype == XP_FLOAT32 || dtype == XP_COMPLEX64 ? 1e-5 : dtype == XP_FLOAT64 || dtype == XP_COMPLEX128 ? 1e-13
                                                                                                               : 0;
}

/* Every call gives for `odd` what it gives for `plain`, or the same error; bool, which has the fewest functions, is
 * taken by half of them. */
static void compare_all(xp_array *odd, xp_array *plain, const char *what)
{
    int taken = 0;
    for (int i = 0; i < robust_n_calls; i++) {
        const robust_call *call = &robust_calls[i];
        xp_scope scope = xp_scope_open();
        xp_status code, expected_code;
        xp_array *y = attempt_call(call, odd, false, &code);
        xp_array *expected = attempt_call(call, plain, false, &expected_code);
        cr_assert_eq(code, expected_code, "%s of %s %s: error %d, expected %d", call->name, what,
                     xp_test_dtype_name(xp_dtype_of(plain)), code, expected_code);
        if (xp_ok(y)) {
            const char *difference = xp_test_close(y, expected, tolerance(expected), 0);
            cr_assert_null(difference, "%s of %s: %s", call->name, what, difference);
            taken++;
        }
        xp_assert_closes(scope);
    }
    cr_assert_gt(taken, robust_n_calls / 2, "only %d calls take %s", taken, xp_test_dtype_name(xp_dtype_of(plain)));
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Host memory with the values 1, 2, ... of a dtype. */
static void fill(void *memory, xp_dtype dtype, int64_t count)
{
    xp_array *x = support_ramp(1, 1, dtype, XP_SHAPE(count), NULL);
    cr_assert_eq(xp_to_host(x, memory, (size_t)count * itemsize(dtype)), XP_OK);
    xp_release(x);
}

/* Elements that lie where their dtype allows and no vector does: in every dtype at every such place up to 64 bytes. */
CHECKED_TEST(robust, memory_that_is_aligned_to_its_elements_alone)
{
    static _Alignas(64) char memory[1024];
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        for (size_t at = alignment(dtype); at < 64; at += at < 16 ? alignment(dtype) : 24) {
            fill(memory, dtype, 5 * 7);
            memmove(memory + at, memory, 5 * 7 * itemsize(dtype));
            xp_scope scope = xp_scope_open();
            xp_array *odd = xp_borrow(memory + at, dtype, XP_SHAPE(5, 7), NULL, XP_FROZEN, NULL, NULL);
            compare_all(odd, xp_from_host(memory + at, dtype, XP_SHAPE(5, 7), NULL), "borrowed memory");
            xp_assert_closes(scope);
        }
    }
}

/* Elements that no loop can read where they are: borrowing says so, DLPack may copy and then does. */
CHECKED_TEST(robust, memory_that_is_not_aligned)
{
    static _Alignas(64) char memory[1024];
    XP_TEST_DTYPES(dtype, XP_TEST_ANY & ~(XP_TEST_BOOL | XP_TEST_DTYPE(XP_INT8) | XP_TEST_DTYPE(XP_UINT8))) {
        for (size_t at = 1; at < alignment(dtype); at++) {
            char message[120];
            snprintf(message, sizeof message, "borrow: elements of %s are not aligned to %d bytes",
                     xp_test_dtype_name(dtype), (int)alignment(dtype));
            xp_assert_fails(xp_borrow(memory + at, dtype, XP_SHAPE(3), NULL, XP_FROZEN, NULL, NULL), XP_ERROR_VALUE,
                            message);
            const int64_t strides[] = {(int64_t)(itemsize(dtype) + at)};
            xp_assert_fails(xp_borrow(memory, dtype, XP_SHAPE(3), strides, XP_FROZEN, NULL, NULL), XP_ERROR_VALUE,
                            message);
        }
    }
}

/* Windows that slide by one element, and rows that are all the same: elements share memory. */
CHECKED_TEST(robust, strides_that_overlap)
{
    static _Alignas(64) char memory[1024], plain[1024];
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        const int64_t step = (int64_t)itemsize(dtype);
        const int64_t cases[][2] = {{step, step}, {-step, 2 * step}, {0, step}, {3 * step, 0}, {0, 0}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            fill(memory, dtype, 40);
            const char *first = memory + 10 * step;
            for (int64_t j = 0; j < 5 * 6; j++)
                memcpy(plain + j * step, first + j / 6 * cases[i][0] + j % 6 * cases[i][1], (size_t)step);
            xp_scope scope = xp_scope_open();
            xp_array *odd = xp_borrow(first, dtype, XP_SHAPE(5, 6), cases[i], XP_FROZEN, NULL, NULL);
            compare_all(odd, xp_from_host(plain, dtype, XP_SHAPE(5, 6), NULL), "overlapping strides");
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(robust, results_do_not_go_where_elements_overlap)
{
    _Alignas(16) double memory[64];
    const int64_t cases[][2] = {{8, 8}, {0, 8}, {16, 0}, {-8, 16}, {16, 8}, {24, 8}};
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(3, 4), NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        xp_assert_fails(xp_eval_into(memory + 30, XP_FLOAT64, XP_SHAPE(3, 4), cases[i], x), XP_ERROR_VALUE,
                        "eval_into: strides make elements overlap");
    const int64_t apart[] = {-32, 8}, far[] = {INT64_MIN, 8}, between[] = {36, 8};
    xp_assert_fails(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(3, 4), far, x), XP_ERROR_OVERFLOW,
                    "eval_into: strides reach beyond all memory");
    xp_assert_fails(xp_eval_into(memory, XP_FLOAT64, XP_SHAPE(3, 4), between, x), XP_ERROR_VALUE,
                    "eval_into: elements of float64 are not aligned to 8 bytes");
    xp_assert_fails(xp_eval_into((char *)memory + 2, XP_COMPLEX64, XP_SHAPE(3, 4), NULL, x), XP_ERROR_VALUE,
                    "eval_into: elements of complex64 are not aligned to 4 bytes");
    cr_assert_eq(xp_eval_into(memory + 30, XP_FLOAT64, XP_SHAPE(3, 4), apart, x), XP_OK);
    cr_assert(memory[30] == 0 && memory[26] == 4 && memory[25] == 11);
    xp_release(x);
}

/* Memory that is read and written at once: backwards over itself, and one element further on. */
CHECKED_TEST(robust, results_go_where_they_come_from)
{
    enum { COUNT = 5000 };
    static double memory[COUNT + 1];
    const int64_t backwards[] = {-8};
    for (int way = 0; way < 3; way++) {
        for (int i = 0; i <= COUNT; i++)
            memory[i] = i;
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_borrow(memory, XP_FLOAT64, XP_SHAPE(COUNT), NULL, XP_MUTABLE, NULL, NULL);
        if (way == 0)
            cr_assert_eq(xp_eval_into(memory + COUNT - 1, XP_FLOAT64, XP_SHAPE(COUNT), backwards, x), XP_OK);
        else
            cr_assert_eq(xp_eval_into(memory + 1, XP_FLOAT64, XP_SHAPE(COUNT), NULL,
                                      way == 1 ? x : xp_add(x, xp_scalar(0.0))), XP_OK);
        for (int i = 0; i < COUNT; i++)
            cr_assert_eq(way == 0 ? memory[COUNT - 1 - i] : memory[i + 1], i, "way %d, element %d", way, i);
        xp_assert_closes(scope);
    }
}

/* Pages that cannot be written: whatever wrote there would end the process. */
CHECKED_TEST(robust, memory_of_others_is_never_written)
{
    const size_t bytes = 1 << 16;
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq((void *)memory, MAP_FAILED);
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        const int64_t count = (int64_t)(bytes / itemsize(dtype)); /* too many to be computed at the call */
        mprotect(memory, bytes, PROT_READ | PROT_WRITE);
        fill(memory, dtype, count);
        mprotect(memory, bytes, PROT_READ);
        const DLDataType element = {dtype == XP_BOOL      ? kDLBool
                                    : dtype <= XP_INT64   ? kDLInt
                                    : dtype <= XP_UINT64  ? kDLUInt
                                    : dtype <= XP_FLOAT64 ? kDLFloat
                                                          : kDLComplex,
                                    (uint8_t)(8 * itemsize(dtype)), 1};
        for (int i = 0; i < robust_n_calls; i++) {
            int64_t shape[] = {count / 64, 64};
            DLManagedTensorVersioned tensor = {
                .version = {1, 0}, .flags = DLPACK_FLAG_BITMASK_READ_ONLY | (i % 2 ? DLPACK_FLAG_BITMASK_IS_COPIED : 0),
                .dl_tensor = {memory, {kDLCPU, 0}, 2, element, shape, NULL, 0}};
            if (robust_calls[i].of_one && strstr(robust_calls[i].name, "singular"))
                continue; /* takes long, and works on a copy in any case */
            xp_scope scope = xp_scope_open();
            xp_status status;
            attempt_call(&robust_calls[i], xp_from_dlpack(&tensor, XP_COPY_NEVER, NULL), true, &status);
            attempt_call(&robust_calls[i],
                         xp_borrow(memory, dtype, XP_SHAPE(count), NULL, i % 2 ? XP_FROZEN : XP_MUTABLE, NULL, NULL),
                         true, &status);
            xp_assert_closes(scope);
        }
    }
    munmap(memory, bytes);
}

/* ---- shapes ------------------------------------------------------------------------------------------------------ */

/* The same elements under 32 axes and under 3. Flat, the results are the same. */
CHECKED_TEST(robust, thirty_two_dimensions)
{
    int64_t shape[32];
    for (int i = 0; i < 32; i++)
        shape[i] = i == 3 ? 2 : i == 30 ? 3 : i == 31 ? 4 : 1;
    XP_TEST_DTYPES(dtype, XP_TEST_ANY) {
        for (int i = 0; i < robust_n_calls; i++) {
            const robust_call *call = &robust_calls[i];
            xp_scope scope = xp_scope_open();
            xp_status code, expected_code;
            xp_array *odd = support_ramp(1, 1, dtype, (xp_shape){32, shape}, NULL);
            xp_array *y = attempt_call(call, odd, false, &code);
            xp_array *expected = attempt_call(call, support_ramp(1, 1, dtype, XP_SHAPE(2, 3, 4), NULL), false,
                                              &expected_code);
            bool has_room = !xp_ok(expected) || xp_ndim(expected) <= 3;
            /* another axis is the first one here */
            bool is_first = call->way == 2 || strcmp(call->name, "running_product") == 0;
            if (!has_room) {
                cr_assert_eq(code, XP_ERROR_VALUE, "%s has made 33 dimensions", call->name);
            } else if (!is_first) {
                cr_assert_eq(code, expected_code, "%s of 32 dimensions of %s: error %d, expected %d", call->name,
                             xp_test_dtype_name(dtype), code, expected_code);
                const char *difference = !xp_ok(y) ? NULL
                                                   : xp_test_close(xp_reshape(y, XP_SHAPE(-1)),
                                                                   xp_reshape(expected, XP_SHAPE(-1)),
                                                                   tolerance(expected), 0);
                cr_assert_null(difference, "%s of 32 dimensions: %s", call->name, difference);
            }
            xp_assert_closes(scope);
        }
    }
}

/* What a failure must look like: a code, and a sentence that begins with a function's name. */
static void expect_clear(const robust_call *call, xp_status status)
{
    const char *message = xp_error_message(), *colon = strstr(message, ": ");
    cr_assert(status == XP_ERROR_VALUE || status == XP_ERROR_TYPE || status == XP_ERROR_INDEX ||
                  status == XP_ERROR_UNSUPPORTED,
              "%s: code %d", call->name, status);
    cr_assert(colon && strncmp(message, xp_error_function(), (size_t)(colon - message)) == 0, "%s: \"%s\"", call->name,
              message);
}

/* A call on an array without elements; `shape` is x's. */
static void call_on_nothing(const robust_call *call, xp_dtype dtype, xp_shape shape)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_asarray(xp_zeros(shape, dtype, NULL), XP_DEFAULT_DTYPE, true, NULL);
    xp_try attempt = xp_try_open();
    xp_array *y = robust_apply(call, x, false);
    if (xp_ok(y))
        xp_eval(y);
    if (xp_error_code() != XP_OK)
        expect_clear(call, xp_error_code());
    xp_status status = xp_try_close(attempt, &y);
    cr_assert_eq(xp_ok(y), status == XP_OK, "%s", call->name);
    if (xp_ok(y) && call->of_two)
        cr_assert(xp_ndim(y) == shape.ndim && xp_size(y) == 0, "%s", call->name);
    if (xp_ok(y) && call->over && call->way == 2 && xp_ndim(y) == shape.ndim)
        cr_assert(xp_extent(y, 0) == 1 || xp_extent(y, 0) == shape.extents[0], "%s", call->name);
    xp_assert_closes(scope);
}

CHECKED_TEST(robust, no_elements_in_every_position)
{
    static const xp_dtype dtypes[] = {XP_BOOL, XP_INT16, XP_UINT64, XP_FLOAT32, XP_FLOAT64, XP_COMPLEX128};
    for (int ndim = 1; ndim <= 4; ndim++) {
        for (unsigned empty = 1; empty < 1u << ndim; empty++) {
            int64_t shape[4];
            for (int i = 0; i < ndim; i++)
                shape[i] = empty >> i & 1 ? 0 : i + 2;
            for (size_t d = 0; d < sizeof dtypes / sizeof dtypes[0]; d++)
                for (int i = 0; i < robust_n_calls; i++)
                    call_on_nothing(&robust_calls[i], dtypes[d], (xp_shape){ndim, shape});
        }
    }
}

/* Sums of nothing are 0, products 1; the largest of nothing does not exist. */
CHECKED_TEST(robust, reductions_of_nothing)
{
    const double zeros[] = {0, 0, 0}, ones[] = {1, 1, 1};
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_zeros(XP_SHAPE(3, 0), XP_FLOAT64, NULL);
    xp_assert_close_to(xp_sum(x, XP_OVER(1)), zeros, XP_FLOAT64, XP_SHAPE(3), 0, 0);
    xp_assert_close_to(xp_prod(x, XP_OVER(1)), ones, XP_FLOAT64, XP_SHAPE(3), 0, 0);
    cr_assert_eq(xp_size(xp_max(x, XP_OVER(0))), 0, "nothing of nothing is nothing");
    xp_assert_fails(xp_max(x, XP_OVER(1)), XP_ERROR_VALUE, NULL);
    xp_assert_fails(xp_argmin(x, XP_OVER(1)), XP_ERROR_VALUE, NULL);
    xp_assert_closes(scope);
}

/* ---- sizes ------------------------------------------------------------------------------------------------------- */

#define HALF (INT64_C(1) << 31)

CHECKED_TEST(robust, shapes_that_do_not_fit)
{
    const struct xp_device *host = NULL;
    xp_scope scope = xp_scope_open();
    xp_array *one = xp_ones(XP_SHAPE(1), XP_INT8, host), *vast = xp_zeros(XP_SHAPE(HALF, HALF - 1), XP_INT8, host);
    xp_assert_ok(vast); /* one element that repeats */
    xp_assert_fails(xp_zeros(XP_SHAPE(HALF, HALF, 2), XP_INT8, host), XP_ERROR_OVERFLOW,
                    "zeros: shape (2147483648, 2147483648, 2) is too large");
    xp_assert_fails(xp_ones(XP_SHAPE(INT64_MAX), XP_INT16, host), XP_ERROR_OVERFLOW,
                    "ones: shape (9223372036854775807,) is too large");
    xp_assert_fails(xp_empty(XP_SHAPE(HALF, -1), XP_INT8, host), XP_ERROR_VALUE,
                    "empty: shape (2147483648, -1) has a negative extent");
    xp_assert_fails(xp_full(XP_SHAPE(HALF, HALF), xp_scalar(1.5), XP_FLOAT64, host), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_eye(HALF, HALF, 0, XP_FLOAT64, host), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_arange(0, 1e300, 1, XP_FLOAT64, host), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_linspace(0, 1, INT64_MAX, true, XP_FLOAT64, host), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_broadcast_to(one, XP_SHAPE(HALF, HALF, HALF)), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_astype(vast, XP_FLOAT64, true), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_tile(vast, XP_SHAPE(3, 1)), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_repeat(vast, INT64_MAX, 0), XP_ERROR_OVERFLOW, NULL);
    xp_array *const thrice[] = {vast, vast, vast};
    xp_assert_fails(xp_stack(thrice, 3, 0), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_concat(thrice, 3, 0), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_from_host(&one, XP_INT64, XP_SHAPE(HALF, HALF), host), XP_ERROR_OVERFLOW, NULL);
    xp_assert_fails(xp_borrow(&one, XP_INT64, XP_SHAPE(HALF, HALF), NULL, XP_FROZEN, NULL, NULL), XP_ERROR_OVERFLOW,
                    NULL);
    xp_rng rng = xp_rng_seed(1);
    xp_assert_fails(xp_random_uniform(&rng, XP_SHAPE(HALF, HALF), XP_FLOAT64, host), XP_ERROR_OVERFLOW, NULL);
    xp_assert_closes(scope);
}

/* What fits into 64 bits and not into memory. */
CHECKED_TEST(robust, sizes_that_no_memory_has)
{
    xp_scope scope = xp_scope_open();
    xp_array *vast = xp_ones(XP_SHAPE(INT64_C(1) << 55), XP_FLOAT64, NULL);
    xp_array *range = xp_arange(0, 0x1p50, 1, XP_INT64, NULL);
    xp_assert_fails(xp_data(vast), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_data(range), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_asarray(vast, XP_DEFAULT_DTYPE, true, NULL), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_data(xp_add(vast, vast)), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_set(vast, XP_INDEX(xp_at(0)), xp_scalar(1)), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_set(xp_give(xp_alias(range)), XP_INDEX(xp_at(0)), xp_scalar(1)), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_set(range, XP_INDEX(xp_positions(range)), xp_scalar(1)), XP_ERROR_MEMORY,
                    "set: out of memory: 9007199254740992 bytes");
    xp_assert_fails(xp_take(range, range, 0), XP_ERROR_MEMORY, "take: out of memory: 9007199254740992 bytes");
    xp_assert_fails(xp_extra_put(range, range, xp_scalar(1)), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_roll(range, 1, 0), XP_ERROR_MEMORY, NULL);
    xp_assert_fails(xp_export_dlpack(range, NULL), XP_ERROR_MEMORY, NULL);
    cr_assert_eq(xp_to_int(xp_get(range, XP_INDEX(xp_at(-1)))), (INT64_C(1) << 50) - 1, "what needs none still works");
    xp_assert_closes(scope);
}
