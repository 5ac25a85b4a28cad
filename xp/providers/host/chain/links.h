/* The links for elements of type T: included once for each dtype. L(name) is the function's name.
 * SPDX-License-Identifier: BSD-3-Clause */

typedef T L(strip) __attribute__((vector_size(VECTOR_BYTES)));
typedef T L(loose) __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef void L(link)(const host_link *at, int64_t offset, int64_t end, char *const *pointers, L(strip) a, L(strip) b,
                     L(strip) c, L(strip) d, L(strip) e, L(strip) f, L(strip) g, L(strip) h);

#define STATE                                                                                                          \
    const host_link *at, int64_t offset, int64_t end, char *const *pointers, L(strip) a, L(strip) b, L(strip) c,       \
        L(strip) d, L(strip) e, L(strip) f, L(strip) g, L(strip) h
#define NEXT(to) ((L(link) *)(to)->run)((to), offset, end, pointers, a, b, c, d, e, f, g, h)
#define OPERAND(place) ((const L(loose) *)(pointers[(place).pointer] + (offset & (place).moves)))
#define NUMBER(place) (*(const T *)pointers[(place).pointer])

/* One link of each kind: EACH(x, i) is what vector x, number i of the strip, becomes. */
#define LINK(name, BEFORE, EACH)                                                                                       \
    static void L(name)(STATE)                                                                                         \
    {                                                                                                                  \
        BEFORE;                                                                                                        \
        a = EACH(a, 0);                                                                                                \
        b = EACH(b, 1);                                                                                                \
        c = EACH(c, 2);                                                                                                \
        d = EACH(d, 3);                                                                                                \
        e = EACH(e, 4);                                                                                                \
        f = EACH(f, 5);                                                                                                \
        g = EACH(g, 6);                                                                                                \
        h = EACH(h, 7);                                                                                                \
        NEXT(at + 1);                                                                                                  \
    }

#define ONE const L(loose) *m = OPERAND(at->first)
#define TWO const L(loose) *m = OPERAND(at->first), *n = OPERAND(at->second)
#define SCALAR const L(strip) k = NUMBER(at->first) - (L(strip)){0}
#define ONE_SCALAR const L(loose) *m = OPERAND(at->first); const L(strip) k = NUMBER(at->second) - (L(strip)){0}
#define NONE (void)0

#define EACH_LOAD(x, i) m[i]
LINK(load, ONE, EACH_LOAD)
#define EACH_LOAD_SCALAR(x, i) k
LINK(load_scalar, SCALAR, EACH_LOAD_SCALAR)
#define EACH_ADD(x, i) x + m[i]
LINK(add, ONE, EACH_ADD)
#define EACH_ADD_SCALAR(x, i) x + k
LINK(add_scalar, SCALAR, EACH_ADD_SCALAR)
#define EACH_SUBTRACT(x, i) x - m[i]
LINK(subtract, ONE, EACH_SUBTRACT)
#define EACH_SUBTRACT_SCALAR(x, i) x - k
LINK(subtract_scalar, SCALAR, EACH_SUBTRACT_SCALAR)
#define EACH_SUBTRACT_FROM(x, i) m[i] - x
LINK(subtract_from, ONE, EACH_SUBTRACT_FROM)
#define EACH_SUBTRACT_FROM_SCALAR(x, i) k - x
LINK(subtract_from_scalar, SCALAR, EACH_SUBTRACT_FROM_SCALAR)
#define EACH_MULTIPLY(x, i) x * m[i]
LINK(multiply, ONE, EACH_MULTIPLY)
#define EACH_MULTIPLY_SCALAR(x, i) x * k
LINK(multiply_scalar, SCALAR, EACH_MULTIPLY_SCALAR)
#define EACH_DIVIDE(x, i) x / m[i]
LINK(divide, ONE, EACH_DIVIDE)
#define EACH_DIVIDE_SCALAR(x, i) x / k
LINK(divide_scalar, SCALAR, EACH_DIVIDE_SCALAR)
#define EACH_DIVIDE_INTO(x, i) m[i] / x
LINK(divide_into, ONE, EACH_DIVIDE_INTO)
#define EACH_DIVIDE_INTO_SCALAR(x, i) k / x
LINK(divide_into_scalar, SCALAR, EACH_DIVIDE_INTO_SCALAR)
#define EACH_ADD_PRODUCT(x, i) x + m[i] * n[i]
LINK(add_product, TWO, EACH_ADD_PRODUCT)
#define EACH_ADD_PRODUCT_SCALAR(x, i) x + m[i] * k
LINK(add_product_scalar, ONE_SCALAR, EACH_ADD_PRODUCT_SCALAR)
#define EACH_SUBTRACT_PRODUCT(x, i) x - m[i] * n[i]
LINK(subtract_product, TWO, EACH_SUBTRACT_PRODUCT)
#define EACH_SUBTRACT_PRODUCT_SCALAR(x, i) x - m[i] * k
LINK(subtract_product_scalar, ONE_SCALAR, EACH_SUBTRACT_PRODUCT_SCALAR)
#define EACH_SUBTRACT_FROM_PRODUCT(x, i) m[i] * n[i] - x
LINK(subtract_from_product, TWO, EACH_SUBTRACT_FROM_PRODUCT)
#define EACH_SUBTRACT_FROM_PRODUCT_SCALAR(x, i) m[i] * k - x
LINK(subtract_from_product_scalar, ONE_SCALAR, EACH_SUBTRACT_FROM_PRODUCT_SCALAR)
#define EACH_NEGATIVE(x, i) - x
LINK(negative, NONE, EACH_NEGATIVE)
#define EACH_ABS(x, i) (L(strip))((WORDS)x & without_sign)
LINK(abs, const WORDS without_sign = ~(WORDS)(-(L(strip)){0}), EACH_ABS)
#define EACH_SQUARE(x, i) x *x
LINK(square, NONE, EACH_SQUARE)
#define EACH_SQRT(x, i) ROOT(x)
LINK(sqrt, NONE, EACH_SQRT)

static void L(store)(STATE)
{
    L(loose) *m = (L(loose) *)OPERAND(at->first);
    m[0] = a;
    m[1] = b;
    m[2] = c;
    m[3] = d;
    m[4] = e;
    m[5] = f;
    m[6] = g;
    m[7] = h;
    NEXT(at + 1);
}

static void L(stream)(STATE)
{
    char *m = (char *)OPERAND(at->first);
    if ((uintptr_t)m % VECTOR_BYTES != 0) {
        L(store)(at, offset, end, pointers, a, b, c, d, e, f, g, h);
        return;
    }
    STREAM(m, 0, a);
    STREAM(m, 1, b);
    STREAM(m, 2, c);
    STREAM(m, 3, d);
    STREAM(m, 4, e);
    STREAM(m, 5, f);
    STREAM(m, 6, g);
    STREAM(m, 7, h);
    NEXT(at + 1);
}

static void L(repeat)(STATE)
{
    offset += 8 * VECTOR_BYTES;
    if (offset == end)
        return;
    const host_link *first = at - at->first.pointer;
    NEXT(first);
}

#undef STATE
#undef NEXT
#undef OPERAND
#undef NUMBER
