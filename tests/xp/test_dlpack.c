/* Arrays as tensors for other libraries, there and back, under failing allocations and on other threads.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "dlpack_producer.h"

/* ---- out --------------------------------------------------------------------------------------------------------- */

CHECKED_TEST(dlpack, every_dtype_there_and_back)
{
    static const struct {
        xp_dtype dtype;
        uint8_t code, bits;
    } cases[] = {
        {XP_BOOL, kDLBool, 8}, {XP_INT8, kDLInt, 8}, {XP_INT16, kDLInt, 16}, {XP_INT32, kDLInt, 32},
        {XP_INT64, kDLInt, 64}, {XP_UINT8, kDLUInt, 8}, {XP_UINT16, kDLUInt, 16}, {XP_UINT32, kDLUInt, 32},
        {XP_UINT64, kDLUInt, 64}, {XP_FLOAT32, kDLFloat, 32}, {XP_FLOAT64, kDLFloat, 64},
        {XP_COMPLEX64, kDLComplex, 64}, {XP_COMPLEX128, kDLComplex, 128}, {XP_FLOAT16, kDLFloat, 16},
        {XP_BFLOAT16, kDLBfloat, 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        xp_array *ramp = support_ramp(0, 1, XP_INT8, XP_SHAPE(2, 3), NULL);
        xp_array *x = xp_astype(ramp, cases[i].dtype, true);
        xp_release(ramp);
        DLManagedTensorVersioned *tensor = xp_export_dlpack(x, NULL);
        cr_assert_not_null(tensor, "%s", xp_error_message());
        const DLTensor *t = &tensor->dl_tensor;
        cr_assert(t->dtype.code == cases[i].code && t->dtype.bits == cases[i].bits && t->dtype.lanes == 1);
        cr_assert(t->ndim == 2 && t->shape[0] == 2 && t->shape[1] == 3 && t->strides[0] == 3 && t->strides[1] == 1);
        cr_assert(t->device.device_type == kDLCPU && t->device.device_id == 0 && t->byte_offset == 0);
        cr_assert_eq(t->data, xp_data(x), "no copy");
        xp_array *back = xp_from_dlpack(tensor, XP_COPY_NEVER, NULL);
        xp_assert_identical(back, x);
        cr_assert_eq(xp_data(back), xp_data(x));
        xp_release(x);
        xp_release(back);
    }
}

static uint64_t flags_of(xp_array *x, const xp_dlpack_options *options)
{
    DLManagedTensorVersioned *tensor = xp_export_dlpack(x, options);
    cr_assert_not_null(tensor, "%s", xp_error_message());
    uint64_t flags = tensor->flags;
    cr_assert(tensor->version.major == 1 && tensor->version.minor == 0);
    tensor->deleter(tensor);
    return flags;
}

CHECKED_TEST(dlpack, flags_say_who_may_write)
{
    const xp_dlpack_options always = with_copy(XP_COPY_ALWAYS);
    fill_memory();
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), NULL);
    xp_array *borrowed = xp_borrow(memory, XP_FLOAT64, XP_SHAPE(N), NULL, XP_FROZEN, NULL, NULL);
    xp_array *part = xp_get(x, XP_INDEX(xp_slice(0, 5, 1)));
    cr_assert_eq(flags_of(x, NULL), DLPACK_FLAG_BITMASK_READ_ONLY);
    cr_assert_eq(flags_of(part, NULL), DLPACK_FLAG_BITMASK_READ_ONLY);
    cr_assert_eq(flags_of(borrowed, NULL), DLPACK_FLAG_BITMASK_READ_ONLY);
    cr_assert_eq(flags_of(xp_give(borrowed), NULL), DLPACK_FLAG_BITMASK_READ_ONLY, "not ours to give");
    cr_assert_eq(flags_of(xp_give(x), NULL), DLPACK_FLAG_BITMASK_READ_ONLY, "a view is alive");
    cr_assert_eq(flags_of(x, &always), DLPACK_FLAG_BITMASK_IS_COPIED);
    cr_assert_eq(flags_of(borrowed, &always), DLPACK_FLAG_BITMASK_IS_COPIED);
    cr_assert_eq(flags_of(xp_zeros(XP_SHAPE(3), XP_INT8, NULL), NULL), DLPACK_FLAG_BITMASK_READ_ONLY);
    xp_assert_equal(xp_sum(x, XP_ALL), xp_scalar(N * (N - 1) / 2.0));
    xp_assert_closes(scope);
}

CHECKED_TEST(dlpack, what_is_given_away_may_be_written_by_the_other_side)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), NULL);
    const void *data = xp_data(x);
    DLManagedTensorVersioned *tensor = xp_export_dlpack(xp_give(x), NULL);
    cr_assert(tensor && tensor->flags == 0 && tensor->dl_tensor.data == data, "no copy");
    cr_assert_not(xp_ok(x), "x is gone");
    ((double *)tensor->dl_tensor.data)[3] = 77;
    tensor->deleter(tensor);
    xp_assert_closes(scope);
}

/* The other way round: what others hold is not reused by us. */
CHECKED_TEST(dlpack, exported_memory_is_not_reused)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), NULL);
    DLManagedTensorVersioned *tensor = xp_export_dlpack(x, NULL);
    const double *data = tensor->dl_tensor.data;
    xp_array *y = xp_add(xp_give(x), xp_scalar(1.0));
    xp_assert_that(xp_eval(y) == XP_OK, "%s", xp_error_message());
    cr_assert(data[8] == 8 && xp_data(y) != data);
    xp_assert_closes(scope);
    cr_assert_eq(data[N - 1], N - 1, "the array is gone, its memory is not");
    tensor->deleter(tensor);
}

CHECKED_TEST(dlpack, views_go_out_with_their_strides)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_INT32, XP_SHAPE(4, 6), NULL);
    xp_array *view = xp_get(x, XP_INDEX(xp_slice(XP_END, XP_END, -1), xp_slice(1, 6, 2)));
    DLManagedTensorVersioned *tensor = xp_export_dlpack(view, NULL);
    const DLTensor *t = &tensor->dl_tensor;
    cr_assert(t->strides[0] == -6 && t->strides[1] == 2 && t->shape[0] == 4 && t->shape[1] == 3);
    cr_assert_eq(*(const int32_t *)t->data, 19);
    xp_array *back = xp_from_dlpack(tensor, XP_COPY_NEVER, NULL);
    xp_assert_identical(back, view);
    xp_assert_closes(scope);
}

/* What waits is computed; ranges and constants, which take up no memory, are written out or repeat. */
CHECKED_TEST(dlpack, pending_arrays_are_computed)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), NULL);
    xp_array *y = xp_multiply(x, xp_scalar(2.0));
    cr_assert(xp_is_pending(y));
    DLManagedTensorVersioned *tensor = xp_export_dlpack(y, NULL);
    cr_assert_not(xp_is_pending(y));
    cr_assert_eq(((const double *)tensor->dl_tensor.data)[9], 18);
    tensor->deleter(tensor);
    tensor = xp_export_dlpack(xp_arange(0, 10, 3, XP_DEFAULT_DTYPE, NULL), NULL);
    cr_assert_eq(((const int64_t *)tensor->dl_tensor.data)[3], 9);
    tensor->deleter(tensor);
    tensor = xp_export_dlpack(xp_ones(XP_SHAPE(2, 2), XP_FLOAT32, NULL), NULL);
    cr_assert(tensor->dl_tensor.strides[0] == 0 && *(const float *)tensor->dl_tensor.data == 1);
    tensor->deleter(tensor);
    xp_assert_closes(scope);
}

/* The parts of complex numbers lie 16 bytes apart, and every second one is no multiple of 16. */
CHECKED_TEST(dlpack, strides_between_elements_need_a_copy)
{
    fill_memory();
    const int64_t strides[] = {8};
    const xp_dlpack_options never = with_copy(XP_COPY_NEVER);
    xp_array *x = xp_borrow(memory, XP_COMPLEX128, XP_SHAPE(4), strides, XP_FROZEN, NULL, NULL);
    xp_assert_fails(xp_export_dlpack(x, &never), XP_ERROR_VALUE,
                    "export_dlpack: x has to be copied: its strides are no multiples of its elements' size");
    DLManagedTensorVersioned *tensor = xp_export_dlpack(x, NULL);
    cr_assert_eq(tensor->flags, DLPACK_FLAG_BITMASK_IS_COPIED);
    const double *data = tensor->dl_tensor.data;
    cr_assert(data[2] == 1 && data[3] == 2 && data[6] == 3);
    tensor->deleter(tensor);
    xp_release(x);
}

CHECKED_TEST(dlpack, devices_that_share_no_memory_send_copies)
{
    const struct xp_device *strict = xp_device("strict");
    const xp_dlpack_options host = {sizeof host, xp_device("host"), XP_COPY_IF_NEEDED, 0};
    const xp_dlpack_options never = {sizeof host, xp_device("host"), XP_COPY_NEVER, 0};
    int32_t type = -1, id = -1;
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(5), strict);
    cr_assert_not(xp_dlpack_device(x, &type, &id));
    xp_assert_fails(xp_export_dlpack(x, NULL), XP_ERROR_DEVICE,
                    "export_dlpack: device strict shares no memory: export to the host");
    xp_assert_fails(xp_export_dlpack(x, &never), XP_ERROR_VALUE,
                    "export_dlpack: x has to be copied: it is on another device");
    DLManagedTensorVersioned *tensor = xp_export_dlpack(x, &host);
    cr_assert(tensor && tensor->flags == DLPACK_FLAG_BITMASK_IS_COPIED);
    cr_assert_eq(((const double *)tensor->dl_tensor.data)[4], 4);
    tensor->deleter(tensor);
    xp_release(x);
    x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(5), NULL);
    cr_assert(xp_dlpack_device(x, &type, &id) && type == kDLCPU && id == 0);
    xp_release(x);
}

CHECKED_TEST(dlpack, what_is_no_array_does_not_go_out)
{
    xp_array *scalar = xp_scalar(1.0);
    xp_assert_fails(xp_export_dlpack(scalar, NULL), XP_ERROR_TYPE,
                    "export_dlpack: x is a scalar, expected an array");
    xp_assert_fails(xp_export_dlpack(NULL, NULL), XP_ERROR_VALUE, "export_dlpack: x is not given");
    xp_try attempt = xp_try_open();
    xp_array *failed = xp_fail_message(XP_ERROR_INDEX, "test", NULL, "test: an earlier error");
    cr_assert_null(xp_export_dlpack(failed, NULL));
    cr_assert_eq(xp_try_close(attempt, NULL), XP_ERROR_INDEX);
    xp_release(scalar);
}

CHECKED_TEST(dlpack, options_that_make_no_sense)
{
    produced p;
    xp_array *x = support_ramp(0, 1, XP_FLOAT32, XP_SHAPE(4), NULL);
    produce_memory(&p, 0);
    xp_dlpack_options options = xp_dlpack_defaults();
    options.stream = 7;
    xp_assert_fails(xp_import_dlpack(&p.tensor, &options), XP_ERROR_VALUE,
                    "import_dlpack: stream is 7, but host memory knows no streams");
    xp_assert_fails(xp_export_dlpack(x, &options), XP_ERROR_VALUE,
                    "export_dlpack: stream is 7, but host memory knows no streams");
    options = with_copy((xp_copy_policy)3);
    xp_assert_fails(xp_import_dlpack(&p.tensor, &options), XP_ERROR_VALUE,
                    "import_dlpack: copy is 3, expected 0 to 2");
    options = (xp_dlpack_options){0};
    xp_assert_fails(xp_export_dlpack(x, &options), XP_ERROR_VALUE,
                    "export_dlpack: options has size 0: start from xp_dlpack_defaults()");
    options = xp_dlpack_defaults();
    options.stream = -1;
    DLManagedTensorVersioned *tensor = xp_export_dlpack(x, &options);
    cr_assert_not_null(tensor);
    tensor->deleter(tensor);
    cr_assert_eq(p.deleted, 0);
    xp_release(x);
}

/* ---- before version 1.0 ------------------------------------------------------------------------------------------ */

static int legacy_deleted;

static void delete_legacy(DLManagedTensor *tensor)
{
    (void)tensor;
    legacy_deleted++;
}

CHECKED_TEST(dlpack, tensors_from_before_version_1)
{
    int64_t shape[] = {4};
    DLManagedTensor tensor = {.dl_tensor = {memory, {kDLCPU, 0}, 1, {kDLFloat, 64, 1}, shape, NULL, 8},
                              .deleter = delete_legacy};
    fill_memory();
    xp_array *x = xp_import_dlpack_legacy(&tensor, NULL);
    cr_assert(xp_ok(x) && xp_data(x) == memory + 1 && legacy_deleted == 0);
    const xp_dlpack_options never = with_copy(XP_COPY_NEVER);
    xp_assert_fails(xp_export_dlpack_legacy(x, &never), XP_ERROR_VALUE,
                    "export_dlpack_legacy: x has to be copied: a tensor without flags cannot say that it is read-only");
    DLManagedTensor *out = xp_export_dlpack_legacy(x, NULL);
    cr_assert(out && out->dl_tensor.data != memory + 1);
    cr_assert_eq(((const double *)out->dl_tensor.data)[3], 4);
    out->deleter(out);
    xp_release(x);
    cr_assert_eq(legacy_deleted, 1);

    x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(5), NULL);
    out = xp_export_dlpack_legacy(x, NULL);
    cr_assert_eq(out->dl_tensor.data, xp_data(x), "no copy");
    xp_array *back = xp_import_dlpack_legacy(out, NULL);
    xp_assert_identical(back, x);
    xp_release(x);
    xp_release(back);
}

/* ---- allocations, threads ---------------------------------------------------------------------------------------- */

CHECKED_TEST(dlpack, every_allocation_fails_in_turn)
{
    const char *names[] = {"host", "strict"};
    for (int d = 0; d < 2; d++) {
        for (xp_copy_policy copy = XP_COPY_IF_NEEDED; copy <= XP_COPY_ALWAYS; copy++) {
            const struct xp_device *device = xp_device(names[d]);
            const xp_dlpack_options out = {sizeof out, xp_device("host"), copy, 0};
            XP_TEST_EVERY_ALLOCATION(round) {
                produced p;
                produce_memory(&p, 0);
                xp_scope scope = xp_scope_open();
                xp_array *x = xp_from_dlpack(&p.tensor, copy, device);
                cr_assert(xp_ok(x) || p.deleted == 0, "what failed is the caller's");
                DLManagedTensorVersioned *tensor = xp_export_dlpack(x, &out);
                cr_assert_eq(tensor != NULL, !xp_test_fault_fired());
                bool is_in = xp_ok(x);
                if (tensor)
                    tensor->deleter(tensor);
                xp_status status = xp_scope_close(scope);
                cr_assert_eq(p.deleted, is_in);
                xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
            }
        }
    }
}

/* What is not aligned takes the way by bytes, which allocates on its own. */
CHECKED_TEST(dlpack, every_allocation_fails_in_turn_on_the_way_by_bytes)
{
    XP_TEST_EVERY_ALLOCATION(round) {
        produced p;
        fill_memory();
        produce(&p, (char *)memory + 1, kDLComplex, 128, XP_SHAPE(3, 1, 2, 1, 2), 0);
        xp_scope scope = xp_scope_open();
        xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
        cr_assert_eq(p.deleted, xp_ok(x));
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == (xp_test_fault_fired() ? XP_ERROR_MEMORY : XP_OK), "round %lld", round);
    }
}

#define THREADS 4
#define ROUNDS 200

static void *delete_all(void *context)
{
    DLManagedTensorVersioned **tensors = context;
    for (int i = 0; i < ROUNDS; i++)
        tensors[i]->deleter(tensors[i]);
    return NULL;
}

/* Threads that have never called the library, all at once. */
CHECKED_TEST(dlpack, deleters_run_on_any_thread)
{
    static DLManagedTensorVersioned *tensors[THREADS][ROUNDS];
    pthread_t threads[THREADS];
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(50), NULL);
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < ROUNDS; i++)
            cr_assert_not_null(tensors[t][i] = xp_export_dlpack(x, NULL));
    xp_release(x);
    for (int t = 0; t < THREADS; t++)
        cr_assert_eq(pthread_create(&threads[t], NULL, delete_all, tensors[t]), 0);
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
}

/* Two libraries of this kind hand an array back and forth, each on a thread of its own. */
static void *import_and_add(void *context)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_from_dlpack(context, XP_COPY_NEVER, NULL);
    double *sum = malloc(sizeof *sum);
    *sum = xp_to_double(xp_sum(x, XP_ALL));
    if (xp_scope_close(scope) != XP_OK)
        *sum = -1;
    return sum;
}

CHECKED_TEST(dlpack, tensors_go_to_other_threads)
{
    pthread_t threads[THREADS];
    xp_array *x = support_ramp(0, 1, XP_FLOAT64, XP_SHAPE(N), NULL);
    for (int t = 0; t < THREADS; t++)
        cr_assert_eq(pthread_create(&threads[t], NULL, import_and_add, xp_export_dlpack(x, NULL)), 0);
    xp_release(x);
    for (int t = 0; t < THREADS; t++) {
        void *sum;
        pthread_join(threads[t], &sum);
        cr_assert_eq(*(double *)sum, N * (N - 1) / 2.0);
        free(sum);
    }
}
