/* Any index expression on arrays of any small shape: an error, or what reading and writing by it must have in common.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz.h"

#define ITEMS 10

static int64_t product(int ndim, const int64_t *shape)
{
    int64_t size = 1;
    for (int i = 0; i < ndim; i++)
        size *= shape[i];
    return size;
}

/* Of up to four dimensions, which are taken the other way round now and then. */
static xp_array *take_array(fuzz_input *input, xp_dtype dtype)
{
    int64_t shape[4];
    uint8_t kind = fuzz_byte(input);
    const int ndim = kind % 5;
    for (int i = 0; i < ndim; i++)
        shape[i] = fuzz_byte(input) % 6;
    xp_array *x = xp_zeros((xp_shape){ndim, shape}, dtype, NULL);
    if (kind & 32)
        x = xp_astype(x, dtype, true);
    return kind & 64 && ndim > 1 ? xp_flip(xp_matrix_transpose(x), XP_ALL) : x;
}

/* Up to eight positions, in a row or in two. */
static xp_array *take_positions(fuzz_input *input)
{
    int64_t positions[8];
    uint8_t kind = fuzz_byte(input);
    const int64_t rows = kind & 8 ? 2 : 1, columns = kind % 5;
    for (int64_t i = 0; i < rows * columns; i++)
        positions[i] = fuzz_number(input);
    const int64_t shape[] = {rows, columns};
    return xp_from_host(positions, XP_INT64, rows > 1 ? (xp_shape){2, shape} : (xp_shape){1, shape + 1}, NULL);
}

static xp_index_item take_item(fuzz_input *input)
{
    switch (fuzz_byte(input) % 16) {
    case 0: case 1: case 2: return xp_at(fuzz_number(input));
    case 3: return xp_newaxis();
    case 4: case 5: return xp_ellipsis();
    case 6: {
        xp_array *x = take_array(input, XP_BOOL);
        return xp_mask(fuzz_byte(input) % 2 ? xp_logical_not(x) : x);
    }
    case 7: return (xp_index_item){.kind = (xp_index_kind)fuzz_byte(input), .step = 1};
    case 10: return xp_positions(take_positions(input));
    case 8: return xp_slice(XP_END, XP_END, fuzz_number(input));
    default: {
        int64_t start = fuzz_number(input), stop = fuzz_number(input);
        return xp_slice(start, stop, fuzz_byte(input) % 2 ? 1 : fuzz_number(input));
    }
    }
}

/* x is all zeros: as many elements become 1 as are read, and it is those. Arrays of positions may name one twice. */
static void check_set(xp_array *x, xp_indices items, xp_array *part)
{
    bool may_repeat = false;
    for (int i = 0; i < items.count; i++)
        may_repeat |= items.items[i].kind == XP_INDEX_POSITIONS;
    xp_array *one = xp_ones(XP_SHAPE_0D, xp_dtype_of(x), NULL);
    xp_array *y = xp_set(x, items, one);
    fuzz_check(xp_ok(y) && xp_ndim(y) == xp_ndim(x) && xp_size(y) == xp_size(x), "what can be read can be set");
    int64_t n_set = xp_to_int(xp_count_nonzero(y, XP_ALL));
    fuzz_check(may_repeat ? n_set <= xp_size(part) : n_set == xp_size(part), "as many are set as are read");
    xp_array *again = xp_get(y, items);
    fuzz_check(xp_size(again) == xp_size(part) && xp_truth(xp_all(again, XP_ALL)), "those are set that are read");
    fuzz_check(!xp_truth(xp_any(x, XP_ALL)), "x has not changed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    xp_index_item list[ITEMS];
    xp_scope scope = xp_scope_open();
    xp_array *x = take_array(&input, XP_INT32);
    xp_indices items = {fuzz_byte(&input) % (ITEMS + 1), list};
    for (int i = 0; i < items.count; i++)
        list[i] = take_item(&input);
    xp_array *part = xp_get(x, items);
    if (xp_ok(part)) {
        fuzz_check(xp_size(part) == product(xp_ndim(part), xp_extents(part)), "the size is that of the shape");
        fuzz_check(xp_to_int(xp_count_nonzero(part, XP_ALL)) == 0, "the elements are x's");
        check_set(x, items, part);
    }
    bool is_read = xp_ok(part);
    fuzz_check((xp_scope_close(scope) == XP_OK) == is_read, "an error is recorded where there is none to read");
    fuzz_end();
    return 0;
}
