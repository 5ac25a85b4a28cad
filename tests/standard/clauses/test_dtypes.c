/* What the standard says of dtypes, and of what a device tells of itself, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <float.h>
#include <math.h>

#include "clauses.h"
#include "scixp/xp/strict.h"

/* Codes of the standard's tables, which stand here as they do there. */
enum {
    i1 = XP_INT8, i2 = XP_INT16, i4 = XP_INT32, i8 = XP_INT64, u1 = XP_UINT8, u2 = XP_UINT16, u4 = XP_UINT32,
    u8 = XP_UINT64, f4 = XP_FLOAT32, f8 = XP_FLOAT64, c8 = XP_COMPLEX64, c16 = XP_COMPLEX128
};
static const struct {
    int a, b, result;
} table[] = {
    {i1, i1, i1}, {i1, i2, i2}, {i1, i4, i4}, {i1, i8, i8}, {i2, i2, i2},   {i2, i4, i4},   {i2, i8, i8},
    {i4, i4, i4}, {i4, i8, i8}, {i8, i8, i8}, {u1, u1, u1}, {u1, u2, u2},   {u1, u4, u4},   {u1, u8, u8},
    {u2, u2, u2}, {u2, u4, u4}, {u2, u8, u8}, {u4, u4, u4}, {u4, u8, u8},   {u8, u8, u8},   {i1, u1, i2},
    {i1, u2, i4}, {i1, u4, i8}, {i2, u1, i2}, {i2, u2, i4}, {i2, u4, i8},   {i4, u1, i4},   {i4, u2, i4},
    {i4, u4, i8}, {i8, u1, i8}, {i8, u2, i8}, {i8, u4, i8}, {f4, f4, f4},   {f4, f8, f8},   {f4, c8, c8},
    {f4, c16, c16}, {f8, f8, f8}, {f8, c8, c16}, {f8, c16, c16}, {c8, c8, c8}, {c8, c16, c16}, {c16, c16, c16},
    {XP_BOOL, XP_BOOL, XP_BOOL},
};

/* The table's dtype for two, XP_DEFAULT_DTYPE where it has none. */
static xp_dtype promoted(xp_dtype a, xp_dtype b)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if ((table[i].a == (int)a && table[i].b == (int)b) || (table[i].a == (int)b && table[i].b == (int)a))
            return (xp_dtype)table[i].result;
    return XP_DEFAULT_DTYPE;
}

/* ---- astype ------------------------------------------------------------------------------------------------------ */

static void astype_values(const struct xp_device *device)
{
    CLAUSE_DTYPES(from, XP_TEST_ANY)
    CLAUSE_DTYPES(to, XP_TEST_NUMERIC)
    MODEL_SHAPES(shape)
    {
        if (model_is(from, XP_TEST_COMPLEX) && !model_is(to, XP_TEST_COMPLEX))
            continue;
        model x = clause_model(from, shape);
        for (int64_t i = 0; i < x.size && model_is(to, XP_TEST_UNSIGNED); i++)
            x.at[i].re = fabsl(x.at[i].re);
        model expected = model_astype(&x, to);
        for (int64_t i = 0; i < x.size && !model_is(to, XP_TEST_FLOATING); i++)
            expected.at[i].re = truncl(expected.at[i].re);
        EXPECT(xp_astype(clause_array(&x, device), to, clause_draws(2)), &expected);
    }
}

static void astype_from_bool(const struct xp_device *device)
{
    CLAUSE_DTYPES(to, XP_TEST_NUMERIC)
    {
        const model x = clause_model(XP_BOOL, XP_SHAPE(3, 7)), expected = model_astype(&x, to);
        EXPECT(xp_astype(clause_array(&x, device), to, true), &expected);
    }
}

static void astype_to_bool(const struct xp_device *device)
{
    static const double special[] = {0.0, -0.0, NAN, INFINITY, -INFINITY, 1e-30, -1e-30, 1, -1};
    CLAUSE_DTYPES(from, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    {
        model x = clause_model(from, shape), expected = model_zeros(XP_BOOL, shape);
        for (int64_t i = 0; i < x.size; i++) {
            if (clause_draws(3))
                x.at[i].re = 0;
            else if (model_is(from, XP_TEST_FLOATING))
                x.at[i].re = special[support_integer(clause_random(), 0, 9)];
            if (clause_draws(2))
                x.at[i].im = 0;
            expected.at[i].re = x.at[i].re != 0 || x.at[i].im != 0;
        }
        EXPECT(xp_astype(clause_array(&x, device), XP_BOOL, true), &expected);
    }
}

static void astype_complex_to_real(const struct xp_device *device)
{
    CLAUSE_DTYPES(from, XP_TEST_COMPLEX)
    CLAUSE_DTYPES(to, XP_TEST_REAL)
    {
        const model x = clause_model(from, XP_SHAPE(2, 3));
        EXPECT_FAILS(TYPE, xp_astype(clause_array(&x, device), to, true));
    }
}

static void astype_copy(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    {
        const model m = clause_model(dtype, XP_SHAPE(4, 5));
        xp_array *x = model_upload(&m, device), *same = xp_astype(x, dtype, false), *copy = xp_astype(x, dtype, true);
        EXPECT(same, &m);
        EXPECT(copy, &m);
        if (xp_test_can(device, XP_TEST_HOST_MEMORY)) {
            EXPECT_THAT(xp_data(same) == xp_data(x), "copied");
            EXPECT_THAT(xp_data(copy) != xp_data(x), "not copied");
        }
    }
}

/* ---- can_cast ---------------------------------------------------------------------------------------------------- */

static void can_cast_table(const struct xp_device *device)
{
    (void)device;
    for (int from = XP_BOOL; from < XP_N_STANDARD_DTYPES; from++)
        for (int to = XP_BOOL; to < XP_N_STANDARD_DTYPES; to++) {
            const xp_dtype result = promoted((xp_dtype)from, (xp_dtype)to);
            if (result != XP_DEFAULT_DTYPE)
                EXPECT_THAT(xp_can_cast((xp_dtype)from, (xp_dtype)to) == (result == (xp_dtype)to), "%s to %s",
                            xp_test_dtype_name((xp_dtype)from), xp_test_dtype_name((xp_dtype)to));
        }
}

/* What can be cast in two steps can be cast in one, and never back. */
static void can_cast_chains(const struct xp_device *device)
{
    (void)device;
    for (int a = XP_BOOL; a < XP_N_DTYPES; a++)
        for (int b = XP_BOOL; b < XP_N_DTYPES; b++) {
            const bool there = xp_can_cast((xp_dtype)a, (xp_dtype)b), back = xp_can_cast((xp_dtype)b, (xp_dtype)a);
            EXPECT_THAT(a == b ? there : !(there && back), "%d and %d", a, b);
            for (int c = XP_BOOL; c < XP_N_DTYPES; c++)
                EXPECT_THAT(!(there && xp_can_cast((xp_dtype)b, (xp_dtype)c)) ||
                            xp_can_cast((xp_dtype)a, (xp_dtype)c), "%d, %d, %d", a, b, c);
        }
}

/* ---- finfo, iinfo ------------------------------------------------------------------------------------------------ */

static void finfo_fields(const struct xp_device *device)
{
    (void)device;
    const xp_finfo_result single = xp_finfo(XP_FLOAT32), twice = xp_finfo(XP_FLOAT64);
    EXPECT_THAT(single.bits == 32 && single.dtype == XP_FLOAT32, "float32");
    EXPECT_THAT(single.eps == 0x1p-23 && single.smallest_normal == 0x1p-126, "float32");
    EXPECT_THAT(single.max == (double)FLT_MAX && single.min == -(double)FLT_MAX, "float32");
    EXPECT_THAT(twice.bits == 64 && twice.dtype == XP_FLOAT64, "float64");
    EXPECT_THAT(twice.eps == 0x1p-52 && twice.smallest_normal == 0x1p-1022, "float64");
    EXPECT_THAT(twice.max == DBL_MAX && twice.min == -DBL_MAX, "float64");
}

static void finfo_complex(const struct xp_device *device)
{
    (void)device;
    for (int dtype = XP_COMPLEX64; dtype <= XP_COMPLEX128; dtype++) {
        const xp_finfo_result facts = xp_finfo((xp_dtype)dtype), parts = xp_finfo(model_real((xp_dtype)dtype));
        EXPECT_THAT(facts.bits == parts.bits, "%d bits", facts.bits);
        EXPECT_THAT(facts.dtype == parts.dtype && facts.eps == parts.eps, "dtype %d", (int)facts.dtype);
        EXPECT_THAT(facts.max == parts.max && facts.min == parts.min, "range");
        EXPECT_THAT(facts.smallest_normal == parts.smallest_normal, "smallest_normal");
    }
    for (int dtype = XP_BOOL; dtype < XP_FLOAT32; dtype++)
        EXPECT_FAILS(TYPE, xp_finfo((xp_dtype)dtype));
}

static void iinfo_fields(const struct xp_device *device)
{
    (void)device;
    for (int i = 0; i < 4; i++) {
        const int bits = 8 << i;
        const xp_iinfo_result facts = xp_iinfo((xp_dtype)(XP_INT8 + i)), natural = xp_iinfo((xp_dtype)(XP_UINT8 + i));
        EXPECT_THAT(facts.bits == bits && (int)facts.dtype == XP_INT8 + i, "%d bits", facts.bits);
        EXPECT_THAT((double)facts.min == -ldexp(1, bits - 1) && facts.max == (uint64_t)-(facts.min + 1), "range");
        EXPECT_THAT(natural.bits == bits && (int)natural.dtype == XP_UINT8 + i, "%d bits", natural.bits);
        EXPECT_THAT(natural.min == 0 && natural.max == 2 * facts.max + 1, "range");
    }
    EXPECT_FAILS(TYPE, xp_iinfo(XP_BOOL));
    for (int dtype = XP_FLOAT32; dtype < XP_N_DTYPES; dtype++)
        EXPECT_FAILS(TYPE, xp_iinfo((xp_dtype)dtype));
}

/* ---- isdtype, and the same kinds asked of a device --------------------------------------------------------------- */

static const struct {
    xp_kind kind;
    unsigned set;
} kinds[] = {{XP_KIND_BOOL, XP_TEST_BOOL},          {XP_KIND_SIGNED, XP_TEST_SIGNED},
             {XP_KIND_UNSIGNED, XP_TEST_UNSIGNED},  {XP_KIND_INTEGRAL, XP_TEST_INTEGRAL},
             {XP_KIND_FLOAT, XP_TEST_REAL_FLOATING}, {XP_KIND_COMPLEX, XP_TEST_COMPLEX},
             {XP_KIND_NUMERIC, XP_TEST_NUMERIC}};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

static void isdtype_kinds(const struct xp_device *device)
{
    (void)device;
    for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++)
        for (int i = 0; i < N_KINDS; i++)
            EXPECT_THAT(xp_is_dtype((xp_dtype)dtype, kinds[i].kind) == model_is((xp_dtype)dtype, kinds[i].set),
                        "%s, kind %d", xp_test_dtype_name((xp_dtype)dtype), (int)kinds[i].kind);
}

static void isdtype_unions(const struct xp_device *device)
{
    (void)device;
    for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++)
        for (int i = 0; i < N_KINDS; i++)
            for (int j = 0; j < N_KINDS; j++)
                EXPECT_THAT(xp_is_dtype((xp_dtype)dtype, kinds[i].kind | kinds[j].kind) ==
                            model_is((xp_dtype)dtype, kinds[i].set | kinds[j].set), "dtype %d", dtype);
}

static unsigned dtypes_of(const struct xp_device *device, int asked)
{
    xp_dtype found[XP_N_DTYPES];
    unsigned set = 0;
    const int count = xp_info_dtypes(asked, found, XP_N_DTYPES, device);
    for (int i = 0; i < count; i++)
        set |= XP_TEST_DTYPE(found[i]);
    return set;
}

/* A device has a dtype if an array of it can be made. */
static void info_dtypes(const struct xp_device *device)
{
    unsigned all = 0;
    for (int dtype = XP_BOOL; dtype < XP_N_STANDARD_DTYPES; dtype++) {
        xp_try attempt = xp_try_open();
        const bool made = xp_ok(xp_zeros(XP_SHAPE(2), (xp_dtype)dtype, device));
        (void)!xp_try_close(attempt, NULL);
        all |= made ? XP_TEST_DTYPE(dtype) : 0;
    }
    EXPECT_THAT(dtypes_of(device, XP_KIND_ANY) == all, "%x, not %x", dtypes_of(device, XP_KIND_ANY), all);
    for (int i = 0; i < N_KINDS; i++)
        for (int j = 0; j < N_KINDS; j++)
            EXPECT_THAT(dtypes_of(device, kinds[i].kind | kinds[j].kind) == (all & (kinds[i].set | kinds[j].set)),
                        "kinds %d and %d", (int)kinds[i].kind, (int)kinds[j].kind);
}

static void info_default_dtypes(const struct xp_device *device)
{
    const xp_default_dtypes defaults = xp_info_default_dtypes(device);
    EXPECT_THAT(xp_is_dtype(defaults.real_floating, XP_KIND_FLOAT), "real");
    EXPECT_THAT(defaults.complex_floating == model_complex(defaults.real_floating), "complex");
    EXPECT_THAT(xp_is_dtype(defaults.integral, XP_KIND_INTEGRAL), "integral");
    xp_array *x = xp_asarray(xp_scalar(0.5), XP_DEFAULT_DTYPE, XP_COPY_IF_NEEDED, device);
    EXPECT_THAT(xp_dtype_of(xp_argmax(xp_reshape(x, XP_SHAPE(1)), XP_OVER(0))) == defaults.indexing, "indexing");
}

static void info_capabilities(const struct xp_device *device)
{
    const xp_capabilities facts = xp_info_capabilities(device);
    const model m = clause_model(XP_INT32, XP_SHAPE(4));
    int64_t ones[XP_MAX_NDIM + 1];
    for (int i = 0; i <= XP_MAX_NDIM; i++)
        ones[i] = 1;
    xp_array *x = model_upload(&m, device);
    EXPECT_THAT(facts.api_version == 202512 && facts.extensions == (XP_EXTENSION_LINALG | XP_EXTENSION_FFT), "version");
    EXPECT_THAT(facts.boolean_indexing && xp_ok(xp_get(x, XP_INDEX(xp_mask(xp_greater(x, xp_scalar(0)))))), "masks");
    EXPECT_THAT(facts.data_dependent_shapes && xp_ok(xp_unique_values(x)), "data-dependent shapes");
    EXPECT_THAT(xp_ok(xp_zeros((xp_shape){facts.max_dimensions, ones}, XP_INT32, device)), "max dimensions");
    EXPECT_FAILS(VALUE, xp_zeros((xp_shape){facts.max_dimensions + 1, ones}, XP_INT32, device));
}

static void info_devices(const struct xp_device *device)
{
    const struct xp_device *found[16];
    const int count = xp_info_devices(found, 16, device);
    bool is_there = false;
    for (int i = 0; i < count && i < 16; i++) {
        is_there = is_there || found[i] == device;
        const xp_array *x = xp_zeros(XP_SHAPE(2), XP_DEFAULT_DTYPE, found[i]);
        EXPECT_THAT(xp_device_of(x) == found[i], "%s", xp_device_name(found[i]));
    }
    EXPECT_THAT(is_there, "%d devices", count);
    EXPECT_THAT(xp_info_default_device(device) == device, "default device");
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("astype", astype_values, "the specified dtype and the same shape; fractions are cut off"),
    ON_DEVICE("astype", astype_from_bool, "True must cast to 1 or 1 + 0j, False to 0 or 0 + 0j"),
    ON_DEVICE("astype", astype_to_bool, "0 and 0 + 0j must cast to False, all other values to True"),
    ON_DEVICE("astype", astype_complex_to_real, "casting complex to a real dtype should not be permitted"),
    ON_DEVICE("astype", astype_copy, "copy True: always newly allocated; False and the same dtype: x must be returned"),
    ON_DEVICE("can_cast", can_cast_table, "True if the cast can occur according to type promotion rules"),
    ON_DEVICE("can_cast", can_cast_chains, "promotion is a join on a lattice"),
    ON_DEVICE("finfo", finfo_fields, "bits, eps, max, min, smallest_normal, dtype"),
    ON_DEVICE("finfo", finfo_complex, "if complex, the information is about its component data type"),
    ON_DEVICE("iinfo", iinfo_fields, "bits, max, min, dtype"),
    ON_DEVICE("isdtype", isdtype_kinds,
              "whether dtype is of a kind: bool, signed, unsigned, integral, real, complex, numeric"),
    ON_DEVICE("isdtype", isdtype_unions, "a tuple: whether it belongs to at least one of the kinds"),
    ON_DEVICE("info.dtypes", info_dtypes, "all supported dtypes, those of a kind, those of a union of kinds"),
    ON_DEVICE("info.default_dtypes", info_default_dtypes,
              "must have real floating, complex floating, integral, indexing"),
    ON_DEVICE("info.capabilities", info_capabilities, "boolean indexing, data-dependent shapes, max dimensions"),
    ON_DEVICE("info.devices, info.default_device", info_devices, "each can be given to creation functions"),
};

CHECKED_TEST(standard_dtypes, clauses)
{
    CHECK_CLAUSES("data type functions, inspection", clauses);
}
