/* Facts about dtypes: the table, promotion, casts of single values.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "core/dtype.h"

#include "kernel/half.h"

#define KIND_B XP_KIND_BOOL
#define KIND_I XP_KIND_SIGNED
#define KIND_U XP_KIND_UNSIGNED
#define KIND_F XP_KIND_FLOAT
#define KIND_C XP_KIND_COMPLEX
#define KIND_H XP_KIND_FLOAT

const xp_dtype_info xp_dtypes[XP_N_DTYPES] = {
    [XP_DEFAULT_DTYPE] = {"default", "", "", 0, 1, 0},
#define XP_DTYPE(name, number, type, size, kind, text, code)                                                           \
    [number] = {#name, code, text, sizeof(type), _Alignof(type), KIND_##kind},
#include "core/dtypes.def"
#undef XP_DTYPE
};

/* NumPy's character codes, so that the table fits the page. */
enum {
    b1 = XP_BOOL, i1 = XP_INT8, i2 = XP_INT16, i4 = XP_INT32, i8 = XP_INT64, u1 = XP_UINT8, u2 = XP_UINT16,
    u4 = XP_UINT32, u8 = XP_UINT64, f4 = XP_FLOAT32, f8 = XP_FLOAT64, c8 = XP_COMPLEX64, cc = XP_COMPLEX128,
    f2 = XP_FLOAT16, bf = XP_BFLOAT16
};

/* Source: the standard's table "Type promotion"; pairs that it leaves out as in NumPy 2, bfloat16 like its float16. Row
 * and column 0, "not given", give the other dtype. */
const uint8_t xp_promotion[XP_N_DTYPES][XP_N_DTYPES] = {
    {0, b1, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, cc, f2, bf},
    {b1, b1, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, cc, f2, bf},
    {i1, i1, i1, i2, i4, i8, i2, i4, i8, f8, f4, f8, c8, cc, f2, bf},
    {i2, i2, i2, i2, i4, i8, i2, i4, i8, f8, f4, f8, c8, cc, f4, f4},
    {i4, i4, i4, i4, i4, i8, i4, i4, i8, f8, f8, f8, cc, cc, f8, f8},
    {i8, i8, i8, i8, i8, i8, i8, i8, i8, f8, f8, f8, cc, cc, f8, f8},
    {u1, u1, i2, i2, i4, i8, u1, u2, u4, u8, f4, f8, c8, cc, f2, bf},
    {u2, u2, i4, i4, i4, i8, u2, u2, u4, u8, f4, f8, c8, cc, f4, f4},
    {u4, u4, i8, i8, i8, i8, u4, u4, u4, u8, f8, f8, cc, cc, f8, f8},
    {u8, u8, f8, f8, f8, f8, u8, u8, u8, u8, f8, f8, cc, cc, f8, f8},
    {f4, f4, f4, f4, f8, f8, f4, f4, f8, f8, f4, f8, c8, cc, f4, f4},
    {f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, f8, cc, cc, f8, f8},
    {c8, c8, c8, c8, cc, cc, c8, c8, cc, cc, c8, cc, c8, cc, c8, c8},
    {cc, cc, cc, cc, cc, cc, cc, cc, cc, cc, cc, cc, cc, cc, cc, cc},
    {f2, f2, f2, f4, f8, f8, f2, f4, f8, f8, f4, f8, c8, cc, f2, f4},
    {bf, bf, bf, f4, f8, f8, bf, f4, f8, f8, f4, f8, c8, cc, f4, bf},
};

/* ---- which dtype follows ----------------------------------------------------------------------------------------- */

/* Where a kind goes up: bool, integers, floating, complex. */
static int kind_level(int dtype)
{
    static const uint8_t levels[] = {
        [XP_KIND_BOOL] = 1, [XP_KIND_SIGNED] = 2, [XP_KIND_UNSIGNED] = 2, [XP_KIND_FLOAT] = 3, [XP_KIND_COMPLEX] = 4};
    return levels[xp_dtypes[dtype].kind];
}

/* A scalar of a kind that the array's dtype reaches takes that dtype; else it lifts the dtype to its own kind, in the
 * default size but for float32 and what is narrower, which become complex64. */
xp_dtype xp_promote_weak(xp_dtype dtype, xp_dtype weak)
{
    if (kind_level(weak) <= kind_level(dtype))
        return dtype;
    return xp_loop_dtype(dtype) == XP_FLOAT32 ? XP_COMPLEX64 : weak;
}

bool xp_standard_promotes(xp_dtype a, xp_dtype b)
{
    int kinds = xp_dtypes[a].kind | xp_dtypes[b].kind;
    if (a == b)
        return true;
    if ((kinds & XP_KIND_UNSIGNED) && (kinds & XP_KIND_SIGNED))
        return (kinds & ~XP_KIND_INTEGRAL) == 0 && a != XP_UINT64 && b != XP_UINT64;
    return (kinds & (kinds - 1)) == 0 || (kinds & ~XP_KIND_FLOATING) == 0;
}

bool xp_standard_promotes_weak(xp_dtype dtype, xp_dtype weak)
{
    int kind = xp_dtypes[dtype].kind;
    switch (xp_dtypes[weak].kind) {
    case XP_KIND_BOOL:
        return kind == XP_KIND_BOOL;
    case XP_KIND_SIGNED:
        return (kind & XP_KIND_NUMERIC) != 0;
    default: /* real ones; complex ones too, with which a real floating array gives a complex one */
        return (kind & XP_KIND_FLOATING) != 0;
    }
}

xp_dtype xp_floating_dtype(xp_dtype dtype)
{
    if (xp_dtype_is(dtype, XP_KIND_FLOATING) || dtype == XP_DEFAULT_DTYPE)
        return dtype;
    return xp_dtype_bytes(dtype) <= 2 ? XP_FLOAT32 : XP_FLOAT64;
}

xp_dtype xp_real_dtype(xp_dtype dtype)
{
    if (!xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return dtype;
    return dtype == XP_COMPLEX64 ? XP_FLOAT32 : XP_FLOAT64;
}

xp_dtype xp_complex_dtype(xp_dtype dtype)
{
    if (xp_dtype_is(dtype, XP_KIND_COMPLEX))
        return dtype;
    return xp_loop_dtype(xp_floating_dtype(dtype)) == XP_FLOAT32 ? XP_COMPLEX64 : XP_COMPLEX128;
}

bool xp_can_cast_same_kind(xp_dtype from, xp_dtype to)
{
    return kind_level(from) <= kind_level(to);
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

/* A value of any dtype: an integer (`bits`, signed or not) or a floating one. */
typedef struct wide {
    bool integral, negative; /* negative: bits is that of a negative int64 */
    uint64_t bits;
    double re, im;
} wide;

static wide wide_signed(int64_t value)
{
    return (wide){.integral = true, .negative = value < 0, .bits = (uint64_t)value, .re = (double)value};
}

static wide wide_unsigned(uint64_t value)
{
    return (wide){.integral = true, .bits = value, .re = (double)value};
}

static wide widen(const xp_value *value, xp_dtype dtype)
{
    switch (dtype) {
    case XP_BOOL: return wide_unsigned(value->as_uint8 != 0);
    case XP_INT8: return wide_signed(value->as_int8);
    case XP_INT16: return wide_signed(value->as_int16);
    case XP_INT32: return wide_signed(value->as_int32);
    case XP_INT64: return wide_signed(value->as_int64);
    case XP_UINT8: return wide_unsigned(value->as_uint8);
    case XP_UINT16: return wide_unsigned(value->as_uint16);
    case XP_UINT32: return wide_unsigned(value->as_uint32);
    case XP_UINT64: return wide_unsigned(value->as_uint64);
    case XP_FLOAT16: return (wide){.re = (double)kernel_float_of_half(value->as_uint16)};
    case XP_BFLOAT16: return (wide){.re = (double)kernel_float_of_bfloat(value->as_uint16)};
    case XP_FLOAT32: return (wide){.re = (double)value->as_float32};
    case XP_FLOAT64: return (wide){.re = value->as_float64};
    case XP_COMPLEX64: return (wide){.re = (double)value->as_complex64[0], .im = (double)value->as_complex64[1]};
    case XP_COMPLEX128: return (wide){.re = value->as_complex128[0], .im = value->as_complex128[1]};
    default: return (wide){.re = 0.0};
    }
}

/* Truncated and kept within the range of a signed or unsigned integer of `bits` bits; NaN gives 0. */
static uint64_t saturated(double value, int bits, bool is_signed)
{
    double beyond = is_signed ? (double)(UINT64_C(1) << (bits - 1)) : 2.0 * (double)(UINT64_C(1) << (bits - 1));
    uint64_t most = is_signed ? (UINT64_C(1) << (bits - 1)) - 1 : UINT64_MAX >> (64 - bits);
    if (value != value)
        return 0;
    if (value >= beyond)
        return most;
    if (is_signed)
        return value <= -beyond ? ~most : (uint64_t)(int64_t)value;
    return value <= 0.0 ? 0 : (uint64_t)value;
}

/* The lowest bits of the integer, and whether it fits into a signed or unsigned integer of `bits` bits. */
static bool integer_fits(const wide *from, int bits, bool is_signed)
{
    if (from->negative)
        return is_signed && (int64_t)from->bits >= -(INT64_C(1) << (bits - 2)) * 2;
    return from->bits <= (is_signed ? (UINT64_C(1) << (bits - 1)) - 1 : UINT64_MAX >> (64 - bits));
}

static bool narrow_to_integer(const wide *from, xp_value *to, xp_dtype dtype)
{
    int bits = 8 * (int)xp_dtype_bytes(dtype);
    bool is_signed = xp_dtype_is(dtype, XP_KIND_SIGNED);
    uint64_t value = from->integral ? from->bits : saturated(from->re, bits, is_signed);
    switch (bits) {
    case 8: to->as_uint8 = (uint8_t)value; break;
    case 16: to->as_uint16 = (uint16_t)value; break;
    case 32: to->as_uint32 = (uint32_t)value; break;
    default: to->as_uint64 = value; break;
    }
    return !from->integral || integer_fits(from, bits, is_signed);
}

/* Straight from the integer: by way of float64 it would be rounded twice. */
static float as_float(const wide *from)
{
    if (!from->integral)
        return (float)from->re;
    return from->negative ? (float)(int64_t)from->bits : (float)from->bits;
}

/* What float16 and bfloat16 are rounded from, once. */
static unsigned int odd_bits(const wide *from)
{
    if (!from->integral)
        return kernel_odd_bits_of_double(from->re);
    return KERNEL_BITS_OF_FLOAT(from->negative ? kernel_odd_float_of_long((int64_t)from->bits)
                                               : kernel_odd_float_of_ulong(from->bits));
}

bool xp_value_cast(const xp_value *from, xp_dtype from_dtype, xp_value *to, xp_dtype to_dtype)
{
    wide value = widen(from, from_dtype);
    switch (to_dtype) {
    case XP_BOOL: to->as_uint8 = value.integral ? value.bits != 0 : value.re != 0.0 || value.im != 0.0; return true;
    case XP_FLOAT16: to->as_uint16 = kernel_half_of_bits(odd_bits(&value)); return true;
    case XP_BFLOAT16: to->as_uint16 = kernel_bfloat_of_bits(odd_bits(&value)); return true;
    case XP_FLOAT32: to->as_float32 = as_float(&value); return true;
    case XP_FLOAT64: to->as_float64 = value.re; return true;
    case XP_COMPLEX64:
        to->as_complex64[0] = as_float(&value);
        to->as_complex64[1] = (float)value.im;
        return true;
    case XP_COMPLEX128:
        to->as_complex128[0] = value.re;
        to->as_complex128[1] = value.im;
        return true;
    default: return narrow_to_integer(&value, to, to_dtype);
    }
}

double xp_value_real(const xp_value *value, xp_dtype dtype)
{
    return widen(value, dtype).re;
}

double xp_value_imag(const xp_value *value, xp_dtype dtype)
{
    return widen(value, dtype).im;
}

size_t xp_dtype_itemsize(xp_dtype dtype)
{
    return dtype > XP_DEFAULT_DTYPE && dtype < XP_N_DTYPES ? xp_dtype_bytes(dtype) : 0;
}
