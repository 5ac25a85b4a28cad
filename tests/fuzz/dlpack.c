/* Any numbers as a DLPack tensor: an error that leaves the tensor alone, or an array that lets it go once. Where the
 * tensor stays within its memory, the array is read as well, and goes out and in again.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz.h"

#include "scixp/xp/dlpack_structs.h"

#define BYTES 4096
#define DIMENSIONS 40

static _Alignas(16) unsigned char memory[BYTES];
static int deleted;

static void delete_tensor(DLManagedTensorVersioned *tensor)
{
    (void)tensor;
    deleted++;
}

static DLTensor take_tensor(fuzz_input *input, int64_t *shape, int64_t *strides)
{
    static const uint8_t bits[] = {8, 16, 32, 64, 128, 1, 4, 0};
    DLTensor tensor = {.data = fuzz_byte(input) % 16 ? memory + fuzz_byte(input) : NULL, .shape = shape};
    uint8_t place = fuzz_byte(input);
    tensor.device.device_type = (DLDeviceType)(place % 8 ? 1 : place / 8);
    tensor.dtype.code = fuzz_byte(input) % 8;
    tensor.dtype.bits = bits[fuzz_byte(input) % 8];
    tensor.dtype.lanes = fuzz_byte(input) % 16 ? 1 : 2;
    tensor.byte_offset = (uint64_t)fuzz_number(input);
    uint8_t ndim = fuzz_byte(input);
    tensor.ndim = ndim % 4 ? ndim % 4 : ndim % (DIMENSIONS + 1);
    if (ndim == 255)
        tensor.ndim = (int32_t)fuzz_number(input);
    for (int i = 0; i < tensor.ndim && i < DIMENSIONS; i++)
        shape[i] = fuzz_number(input);
    if (fuzz_byte(input) % 4) {
        tensor.strides = strides;
        for (int i = 0; i < tensor.ndim && i < DIMENSIONS; i++)
            strides[i] = fuzz_number(input);
    }
    return tensor;
}

/* Whether all elements lie in `memory`; asked of tensors that were taken, so that the numbers mean something. */
static bool is_inside(const DLTensor *tensor)
{
    const int64_t itemsize = tensor->dtype.bits / 8;
    __int128 lowest = (intptr_t)tensor->data - (intptr_t)memory + (__int128)tensor->byte_offset, highest = lowest;
    __int128 stride = 1;
    for (int i = tensor->ndim; i-- > 0;) {
        if (tensor->shape[i] == 0)
            return true;
        __int128 step = tensor->strides ? tensor->strides[i] : stride;
        __int128 span = (tensor->shape[i] - 1) * step * itemsize;
        *(span < 0 ? &lowest : &highest) += span;
        stride *= tensor->shape[i];
    }
    return tensor->data && lowest >= 0 && highest + itemsize <= BYTES;
}

static void read_and_return(xp_array *x)
{
    xp_dlpack_options never = xp_dlpack_defaults();
    never.copy = XP_COPY_NEVER;
    DLManagedTensorVersioned *out = xp_export_dlpack(x, &never);
    fuzz_check(out != NULL, "what came in goes out without a copy");
    xp_array *back = xp_from_dlpack(out, XP_COPY_NEVER, NULL);
    fuzz_check(!xp_test_identical(back, x), "what went out comes in again");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    int64_t shape[DIMENSIONS], strides[DIMENSIONS];
    xp_copy_policy copy = (xp_copy_policy)(fuzz_byte(&input) % 3);
    DLManagedTensorVersioned tensor = {.version = {1, 0}, .deleter = delete_tensor, .flags = fuzz_byte(&input) % 8};
    tensor.dl_tensor = take_tensor(&input, shape, strides);
    memset(memory, 0, sizeof memory); /* 0 is a value of every dtype, bool included */
    deleted = 0;

    /* what reaches outside must not be read, and a copy reads */
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_from_dlpack(&tensor, XP_COPY_NEVER, NULL);
    bool is_shared = xp_ok(x), may_read = is_shared && is_inside(&tensor.dl_tensor) && xp_size(x) <= BYTES;
    if (may_read)
        read_and_return(x);
    xp_status status = xp_scope_close(scope);
    fuzz_check(is_shared == (status == XP_OK) && deleted == is_shared, "the deleter is called once, after success");
    if (may_read && copy != XP_COPY_NEVER) {
        xp_release(xp_from_dlpack(&tensor, copy, NULL));
        fuzz_check(deleted == 2, "the deleter is called once, whether or not there is a copy");
    }
    fuzz_end();
    return 0;
}
