/* Tensors of other libraries as arrays: read where they lie, let go once, and refused if they make no sense.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "dlpack_producer.h"

/* ---- what can be read -------------------------------------------------------------------------------------------- */

CHECKED_TEST(dlpack_import, a_tensor_is_read_where_it_lies_and_let_go_once)
{
    produced p;
    produce_memory(&p, 0);
    xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
    xp_assert_ok(x);
    cr_assert_eq(xp_data(x), memory, "no copy");
    cr_assert(xp_dtype_of(x) == XP_FLOAT64 && xp_ndim(x) == 1 && xp_extent(x, 0) == N);
    xp_array *part = xp_get(x, XP_INDEX(xp_slice(10, 20, 1)));
    xp_release(x);
    cr_assert_eq(p.deleted, 0, "a view still uses it");
    xp_release(part);
    cr_assert_eq(p.deleted, 1);
}

/* Fortran order, backwards, repeated, offset: DLPack counts strides in elements and the offset in bytes. */
CHECKED_TEST(dlpack_import, strides_and_offset)
{
    static const struct {
        uint64_t offset;
        int64_t shape[2], strides[2];
    } cases[] = {
        {0, {3, 4}, {4, 1}}, {0, {3, 4}, {1, 3}}, {11 * 8, {3, 4}, {-4, -1}}, {40, {3, 4}, {0, 2}}, {8, {3, 4}, {1, 1}},
    };
    fill_memory();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (xp_copy_policy copy = XP_COPY_IF_NEEDED; copy <= XP_COPY_NEVER; copy++) {
            produced p;
            produce(&p, memory, kDLFloat, 64, (xp_shape){2, cases[i].shape}, 0);
            set_strides(&p, 2, cases[i].strides);
            p.tensor.dl_tensor.byte_offset = cases[i].offset;
            xp_array *x = xp_from_dlpack(&p.tensor, copy, NULL);
            xp_assert_ok(x);
            cr_assert_eq(p.deleted, copy == XP_COPY_ALWAYS, "a copy lets go at once");
            double got[12];
            cr_assert_eq(xp_to_host(x, got, sizeof got), XP_OK);
            for (int j = 0; j < 12; j++) {
                int64_t at = (int64_t)cases[i].offset / 8 + j / 4 * cases[i].strides[0] + j % 4 * cases[i].strides[1];
                cr_assert_eq(got[j], memory[at], "case %zu, element %d", i, j);
            }
            xp_release(x);
            cr_assert_eq(p.deleted, 1);
        }
    }
}

CHECKED_TEST(dlpack_import, shapes_at_the_edge)
{
    int64_t ones[33];
    for (int i = 0; i < 33; i++)
        ones[i] = 1;
    for (int ndim = 0; ndim <= 32; ndim += 16) {
        produced p;
        produce(&p, memory + 5, kDLFloat, 64, (xp_shape){ndim, ones}, 0);
        fill_memory();
        xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
        cr_assert(xp_ndim(x) == ndim && xp_to_double(x) == 5);
        DLManagedTensorVersioned *tensor = xp_export_dlpack(x, NULL);
        cr_assert(tensor && tensor->dl_tensor.ndim == ndim && tensor->dl_tensor.data == memory + 5);
        tensor->deleter(tensor);
        xp_release(x);
        cr_assert_eq(p.deleted, 1);
    }
    produced p;
    produce(&p, NULL, kDLFloat, 64, XP_SHAPE(3, 0, 2), 0);
    xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
    cr_assert(xp_ok(x) && xp_size(x) == 0 && xp_extent(x, 2) == 2);
    DLManagedTensorVersioned *tensor = xp_export_dlpack(x, NULL);
    cr_assert(tensor && tensor->dl_tensor.data == NULL && tensor->dl_tensor.shape[1] == 0);
    tensor->deleter(tensor);
    xp_release(x);
    cr_assert_eq(p.deleted, 1);
}

/* Elements that no loop can read where they lie, in up to 32 dimensions. */
CHECKED_TEST(dlpack_import, what_is_not_aligned_is_copied)
{
    fill_memory();
    for (int ndim = 1; ndim <= 32; ndim += 31) {
        int64_t shape[32], strides[32];
        for (int i = 0; i < 32; i++)
            shape[i] = strides[i] = 1;
        shape[ndim - 1] = 9;
        strides[ndim - 1] = -1;
        char *odd = (char *)memory + 3;
        memmove(odd, memory, 9 * sizeof *memory);
        produced p;
        produce(&p, odd, kDLFloat, 64, (xp_shape){ndim, shape}, 0);
        set_strides(&p, ndim, strides);
        p.tensor.dl_tensor.byte_offset = 64;
        xp_assert_fails(xp_from_dlpack(&p.tensor, XP_COPY_NEVER, NULL), XP_ERROR_VALUE,
                        "from_dlpack: tensor has to be copied: its elements are not aligned");
        cr_assert_eq(p.deleted, 0);
        xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
        cr_assert_eq(p.deleted, 1);
        const double expected[] = {8, 7, 6, 5, 4, 3, 2, 1, 0};
        xp_assert_close_to(x, expected, XP_FLOAT64, ((xp_shape){ndim, shape}), 0, 0);
        xp_release(x);
        fill_memory();
    }
}

CHECKED_TEST(dlpack_import, other_devices_take_a_copy)
{
    XP_TEST_PROVIDERS(device) {
        produced p;
        produce_memory(&p, 0);
        xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_ALWAYS, device);
        cr_assert_eq(p.deleted, 1);
        xp_assert_close_to(x, memory, XP_FLOAT64, XP_SHAPE(N), 0, 0);
        cr_assert_eq(xp_device_of(x), device);
        xp_release(x);
        produce_memory(&p, 0);
        bool is_strict = strcmp(xp_device_name(device), "strict") == 0;
        x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, device);
        cr_assert(xp_ok(x) && p.deleted == is_strict);
        xp_release(x);
        cr_assert_eq(p.deleted, 1);
        if (is_strict)
            xp_assert_fails(xp_from_dlpack(&p.tensor, XP_COPY_NEVER, device), XP_ERROR_VALUE,
                            "from_dlpack: tensor has to be copied: it is on another device");
    }
}

/* What the owner changes after the scope has closed changes no result. */
CHECKED_TEST(dlpack_import, work_on_a_tensor_is_done_when_the_scope_closes)
{
    produced p;
    produce_memory(&p, 0);
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
    xp_array *y = xp_keep(xp_add(x, xp_scalar(1.0)));
    cr_assert(xp_is_pending(y));
    xp_assert_closes(scope);
    memset(memory, 0, sizeof memory);
    cr_assert_eq(p.deleted, 1);
    cr_assert_eq(((const double *)xp_data(y))[7], 8);
    xp_release(y);
}

/* Given away or not, memory of others is never written. A copy made for us is ours. */
CHECKED_TEST(dlpack_import, only_what_was_copied_for_us_is_written)
{
    const uint64_t read_only = DLPACK_FLAG_BITMASK_READ_ONLY, copied = DLPACK_FLAG_BITMASK_IS_COPIED;
    const uint64_t flags[] = {0, read_only, copied | read_only, copied};
    for (int i = 0; i < 4; i++) {
        for (int way = 0; way < 2; way++) {
            produced p;
            produce_memory(&p, flags[i]);
            xp_scope scope = xp_scope_open();
            xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL);
            xp_array *y = way ? xp_add(xp_give(x), xp_scalar(1.0))
                              : xp_set(xp_give(x), XP_INDEX(xp_ellipsis()), xp_scalar(-1.0));
            cr_assert_eq(xp_eval(y), XP_OK);
            bool is_written = memory[5] != 5;
            cr_assert_eq(is_written, flags[i] == copied, "flags %d, way %d", (int)flags[i], way);
            cr_assert_eq(xp_data(y) == memory, is_written);
            xp_assert_closes(scope);
            cr_assert_eq(p.deleted, 1);
        }
    }
}

/* Nothing to call is nothing that goes wrong. */
CHECKED_TEST(dlpack_import, a_tensor_need_not_have_a_deleter)
{
    produced p;
    produce_memory(&p, 0);
    p.tensor.deleter = NULL;
    xp_release(xp_from_dlpack(&p.tensor, XP_COPY_IF_NEEDED, NULL));
    xp_release(xp_from_dlpack(&p.tensor, XP_COPY_ALWAYS, NULL));
}

/* ---- tensors that make no sense ---------------------------------------------------------------------------------- */

/* On failure the tensor stays its owner's. */
static void expect_refusal(produced *p, xp_status code, const char *message)
{
    for (xp_copy_policy copy = XP_COPY_IF_NEEDED; copy <= XP_COPY_ALWAYS; copy++)
        xp_assert_fails(xp_from_dlpack(&p->tensor, copy, NULL), code, message);
    cr_assert_eq(p->deleted, 0);
}

CHECKED_TEST(dlpack_import, tensors_of_other_kinds)
{
    static const struct {
        DLDataType dtype;
        const char *what;
    } dtypes[] = {
        {{kDLFloat, 8, 1}, "code 2, 8 bits, 1 lanes"},   {{kDLBfloat, 32, 1}, "code 4, 32 bits, 1 lanes"},
        {{kDLFloat, 32, 4}, "code 2, 32 bits, 4 lanes"}, {{kDLInt, 4, 1}, "code 0, 4 bits, 1 lanes"},
        {{kDLBool, 1, 1}, "code 6, 1 bits, 1 lanes"},    {{kDLOpaqueHandle, 64, 1}, "code 3, 64 bits, 1 lanes"},
        {{kDLFloat, 64, 0}, "code 2, 64 bits, 0 lanes"}, {{99, 8, 1}, "code 99, 8 bits, 1 lanes"},
    };
    produced p;
    char message[120];
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++) {
        produce_memory(&p, 0);
        p.tensor.dl_tensor.dtype = dtypes[i].dtype;
        snprintf(message, sizeof message, "from_dlpack: tensor's dtype (%s) is none of the 15", dtypes[i].what);
        expect_refusal(&p, XP_ERROR_TYPE, message);
    }
    const int devices[] = {kDLCUDA, kDLOpenCL, kDLROCM, kDLCUDAManaged, 0, -5};
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        produce_memory(&p, 0);
        p.tensor.dl_tensor.device.device_type = (DLDeviceType)devices[i];
        p.tensor.dl_tensor.device.device_id = 3;
        snprintf(message, sizeof message, "from_dlpack: tensor is on DLPack's device %d:3, which is not here",
                 devices[i]);
        expect_refusal(&p, XP_ERROR_DEVICE, message);
    }
    produce_memory(&p, 0);
    p.tensor.version = (DLPackVersion){2, 1};
    expect_refusal(&p, XP_ERROR_VALUE, "from_dlpack: tensor is of DLPack 2.1, expected 1.x");
    xp_assert_fails(xp_from_dlpack(NULL, XP_COPY_IF_NEEDED, NULL), XP_ERROR_VALUE,
                    "from_dlpack: tensor is not given");
    xp_assert_fails(xp_import_dlpack_legacy(NULL, NULL), XP_ERROR_VALUE,
                    "import_dlpack_legacy: tensor is not given");
}

CHECKED_TEST(dlpack_import, pinned_memory_is_host_memory)
{
    produced p;
    produce_memory(&p, 0);
    p.tensor.dl_tensor.device.device_type = kDLCUDAHost;
    xp_array *x = xp_from_dlpack(&p.tensor, XP_COPY_NEVER, NULL);
    cr_assert_eq(xp_data(x), memory);
    xp_release(x);
}

CHECKED_TEST(dlpack_import, layouts_that_cannot_be)
{
    static const struct {
        int32_t ndim;
        int64_t shape[2], strides[2];
        uint64_t offset;
        xp_status code;
        const char *message;
    } cases[] = {
        {33, {1, 1}, {1, 1}, 0, XP_ERROR_VALUE, "tensor has 33 dimensions, expected 0 to 32"},
        {-1, {1, 1}, {1, 1}, 0, XP_ERROR_VALUE, "tensor has -1 dimensions, expected 0 to 32"},
        {2, {2, -3}, {3, 1}, 0, XP_ERROR_VALUE, "shape (2, -3) has a negative extent"},
        {2, {INT64_MAX, 2}, {1, 1}, 0, XP_ERROR_OVERFLOW, "shape (9223372036854775807, 2) is too large"},
        {2, {INT64_C(1) << 60, 1}, {1, 1}, 0, XP_ERROR_OVERFLOW, "shape (1152921504606846976, 1) is too large"},
        {2, {2, 2}, {INT64_MAX / 2, 1}, 0, XP_ERROR_OVERFLOW, "tensor reaches beyond all memory"},
        {2, {2, 2}, {INT64_MIN, 1}, 0, XP_ERROR_OVERFLOW, "tensor reaches beyond all memory"},
        {2, {3, 2}, {INT64_MAX / 8, 1}, 0, XP_ERROR_OVERFLOW, "strides reach beyond all memory"},
        {2, {2, 2}, {-(INT64_C(1) << 59), 1}, 0, XP_ERROR_OVERFLOW, "strides reach beyond all memory"},
        {2, {2, 2}, {2, 1}, UINT64_MAX, XP_ERROR_OVERFLOW, "tensor reaches beyond all memory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        produced p;
        char message[120];
        fill_memory();
        produce(&p, memory, kDLFloat, 64, (xp_shape){2, cases[i].shape}, 0);
        set_strides(&p, 2, cases[i].strides);
        p.tensor.dl_tensor.ndim = cases[i].ndim;
        p.tensor.dl_tensor.byte_offset = cases[i].offset;
        snprintf(message, sizeof message, "from_dlpack: %s", cases[i].message);
        expect_refusal(&p, cases[i].code, message);
    }
    produced p;
    produce(&p, NULL, kDLFloat, 64, XP_SHAPE(2), 0);
    expect_refusal(&p, XP_ERROR_VALUE, "from_dlpack: data is not given");
    p.tensor.dl_tensor.shape = NULL;
    expect_refusal(&p, XP_ERROR_VALUE, "from_dlpack: tensor has 1 dimensions and no shape, expected 0 to 32");
}
