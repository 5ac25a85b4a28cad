/* What the standard says of products of arrays, and of diagonals, clause by clause.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "clauses.h"
#include "model_matrix.h"

static model small(xp_dtype dtype, xp_shape shape)
{
    return model_draw(clause_random(), MODEL_SMALL, dtype, shape);
}

/* ---- matmul, matrix_transpose ------------------------------------------------------------------------------------ */

typedef struct shape_pair {
    xp_shape a, b;
} shape_pair;

#define PAIR(na, nb, ...) {na, nb, {__VA_ARGS__}}
static const struct {
    int na, nb;
    int64_t extents[12]; /* a's, then b's */
} stacked[] = {
    PAIR(2, 2, 3, 4, 4, 2),                      PAIR(2, 2, 0, 4, 4, 2),
    PAIR(2, 2, 3, 0, 0, 2),                      PAIR(2, 2, 3, 4, 4, 0),
    PAIR(2, 2, 1, 1, 1, 1),                      PAIR(2, 3, 3, 4, 2, 4, 5),
    PAIR(3, 2, 2, 3, 4, 4, 5),                   PAIR(3, 3, 2, 3, 4, 2, 4, 2),
    PAIR(3, 3, 1, 3, 4, 3, 4, 2),                PAIR(3, 3, 3, 3, 4, 1, 4, 2),
    PAIR(4, 3, 2, 1, 3, 2, 3, 2, 3),             PAIR(3, 4, 2, 3, 2, 3, 1, 2, 3),
    PAIR(4, 4, 2, 1, 3, 2, 1, 3, 2, 2),          PAIR(3, 3, 0, 3, 4, 1, 4, 2),
    PAIR(4, 2, 2, 0, 3, 2, 2, 3),                PAIR(6, 6, 2, 1, 1, 2, 2, 3, 1, 2, 1, 1, 3, 2),
};
static const struct {
    int na, nb;
    int64_t extents[8];
} with_vectors[] = {PAIR(1, 2, 4, 4, 3),    PAIR(1, 2, 0, 0, 3),       PAIR(1, 2, 4, 4, 0), PAIR(1, 3, 3, 2, 3, 4),
                    PAIR(2, 1, 3, 4, 4),    PAIR(2, 1, 0, 4, 4),       PAIR(2, 1, 3, 0, 0), PAIR(3, 1, 2, 3, 4, 4),
                    PAIR(1, 4, 2, 3, 1, 2, 2), PAIR(4, 1, 2, 1, 2, 3, 3), PAIR(1, 1, 5, 5),    PAIR(1, 1, 0, 0),
                    PAIR(3, 1, 0, 3, 4, 4)};

static void matmul_matrices(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (size_t i = 0; i < sizeof stacked / sizeof stacked[0]; i++) {
        const model a = small(dtype, (xp_shape){stacked[i].na, stacked[i].extents});
        const model b = small(dtype, (xp_shape){stacked[i].nb, stacked[i].extents + stacked[i].na});
        const model expected = model_matmul(&a, &b);
        EXPECT(xp_matmul(clause_array(&a, device), clause_array(&b, device)), &expected);
    }
}

/* A vector is a row before the other or a column behind it; what was added goes again. */
static void matmul_vectors(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (size_t i = 0; i < sizeof with_vectors / sizeof with_vectors[0]; i++) {
        const int na = with_vectors[i].na, nb = with_vectors[i].nb;
        const model a = small(dtype, (xp_shape){na, with_vectors[i].extents});
        const model b = small(dtype, (xp_shape){nb, with_vectors[i].extents + na});
        const model row = na == 1 ? model_reshaped(&a, XP_SHAPE(1, a.size)) : a;
        const model column = nb == 1 ? model_reshaped(&b, XP_SHAPE(b.size, 1)) : b;
        const model product = model_matmul(&row, &column);
        int64_t extents[MODEL_NDIM];
        int ndim = 0;
        for (int axis = 0; axis < product.ndim; axis++)
            if (!(axis == product.ndim - 2 && na == 1) && !(axis == product.ndim - 1 && nb == 1))
                extents[ndim++] = product.shape[axis];
        const model expected = model_reshaped(&product, (xp_shape){ndim, extents});
        EXPECT(xp_matmul(clause_array(&a, device), clause_array(&b, device)), &expected);
    }
}

static void matmul_refuses(const struct xp_device *device)
{
    const model m[] = {small(XP_FLOAT32, XP_SHAPE_0D), small(XP_FLOAT32, XP_SHAPE(3)), small(XP_FLOAT32, XP_SHAPE(4)),
                       small(XP_FLOAT32, XP_SHAPE(4, 3)), small(XP_FLOAT32, XP_SHAPE(2, 3, 4)),
                       small(XP_FLOAT32, XP_SHAPE(3, 4, 2)), small(XP_FLOAT32, XP_SHAPE(1))};
    xp_array *x[7];
    for (int i = 0; i < 7; i++)
        x[i] = clause_array(&m[i], device);
    for (int i = 0; i < 7; i++) {
        EXPECT_FAILS(VALUE, xp_matmul(x[0], x[i]));
        EXPECT_FAILS(VALUE, xp_matmul(x[i], x[0]));
    }
    EXPECT_FAILS(VALUE, xp_matmul(x[1], x[2])); /* K and L of vectors */
    EXPECT_FAILS(VALUE, xp_matmul(x[6], x[2])); /* no broadcasting of 1 */
    EXPECT_FAILS(VALUE, xp_matmul(x[1], x[3])); /* a vector and a matrix */
    EXPECT_FAILS(VALUE, xp_matmul(x[3], x[2])); /* a matrix and a vector */
    EXPECT_FAILS(VALUE, xp_matmul(x[3], x[3]));
    EXPECT_FAILS(VALUE, xp_matmul(x[4], x[4]));
    EXPECT_FAILS(VALUE, xp_matmul(x[4], x[5])); /* stacks of 2 and of 3 */
}

static void matrix_transpose_shape(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_ANY)
    MODEL_SHAPES(shape)
    {
        const model x = clause_model(dtype, shape);
        if (shape.ndim < 2) {
            EXPECT_FAILS(VALUE, xp_matrix_transpose(clause_array(&x, device)));
            continue;
        }
        const model expected = model_transposed(&x);
        EXPECT(xp_matrix_transpose(clause_array(&x, device)), &expected);
    }
}

/* ---- tensordot --------------------------------------------------------------------------------------------------- */

/* Sums over `count` pairs of axes; axes from 0. */
static model contracted(const model *a, const model *b, const int *axes1, const int *axes2, int count)
{
    int64_t extents[MODEL_NDIM], sums[MODEL_NDIM];
    int left[2][MODEL_NDIM], n_left[2] = {0, 0};
    for (int which = 0; which < 2; which++)
        for (int axis = 0; axis < (which ? b : a)->ndim; axis++) {
            bool used = false;
            for (int i = 0; i < count; i++)
                used = used || (which ? axes2 : axes1)[i] == axis;
            if (!used)
                left[which][n_left[which]++] = axis;
        }
    for (int i = 0; i < n_left[0] + n_left[1]; i++)
        extents[i] = i < n_left[0] ? a->shape[left[0][i]] : b->shape[left[1][i - n_left[0]]];
    for (int i = 0; i < count; i++)
        sums[i] = a->shape[axes1[i]];
    model y = model_zeros(a->dtype, (xp_shape){n_left[0] + n_left[1], extents});
    const model over = model_zeros(XP_BOOL, (xp_shape){count, sums});
    for (int64_t i = 0; i < y.size; i++)
        MODEL_EACH(over, at)
        {
            int64_t place[MODEL_NDIM], in_a[MODEL_NDIM], in_b[MODEL_NDIM];
            model_index(&y, i, place);
            for (int j = 0; j < n_left[0]; j++)
                in_a[left[0][j]] = place[j];
            for (int j = 0; j < n_left[1]; j++)
                in_b[left[1][j]] = place[n_left[0] + j];
            for (int j = 0; j < count; j++) {
                in_a[axes1[j]] = at[j];
                in_b[axes2[j]] = at[j];
            }
            const int64_t p = model_at(a, in_a), q = model_at(b, in_b);
            model_add_product(&y, i, a->at[p], b->at[q]);
        }
    return y;
}

static void tensordot_count(const struct xp_device *device)
{
    static const int64_t pool[] = {2, 3, 1, 2, 2, 3};
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int count = 0; count <= 3; count++)
        for (int more = 0; more < 4; more++) {
            int axes1[3], axes2[3];
            int64_t of_b[MODEL_NDIM];
            const int na = count + more % 2 + (more == 2), nb = count + more / 2;
            const model a = small(dtype, (xp_shape){na, pool});
            for (int i = 0; i < nb; i++)
                of_b[i] = i < count ? a.shape[na - count + i] : pool[5 - i];
            const model b = small(dtype, (xp_shape){nb, of_b});
            for (int i = 0; i < count; i++) {
                axes1[i] = na - count + i;
                axes2[i] = i;
            }
            const model expected = contracted(&a, &b, axes1, axes2, count);
            EXPECT(xp_tensordot(clause_array(&a, device), clause_array(&b, device), NULL, NULL, count), &expected);
        }
}

static void draw_order(int ndim, int *order)
{
    for (int i = 0; i < ndim; i++) {
        const int j = (int)support_integer(clause_random(), 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

static void tensordot_axes(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int i = 0; i < 60; i++) {
        int64_t of_a[4], of_b[4];
        int axes1[4], axes2[4];
        const int na = (int)support_integer(clause_random(), 0, 5), nb = (int)support_integer(clause_random(), 0, 5);
        const int count = (int)support_integer(clause_random(), 0, (na < nb ? na : nb) + 1);
        draw_order(na, axes1);
        draw_order(nb, axes2);
        for (int j = 0; j < na; j++)
            of_a[j] = clause_draws(12) ? 0 : support_integer(clause_random(), 1, j < 2 ? 4 : 2);
        for (int j = 0; j < nb; j++)
            of_b[axes2[j]] = j < count ? of_a[axes1[j]] : support_integer(clause_random(), 1, 4);
        const model a = small(dtype, (xp_shape){na, of_a}), b = small(dtype, (xp_shape){nb, of_b});
        const model expected = contracted(&a, &b, axes1, axes2, count);
        for (int j = 0; j < count; j++) {
            axes1[j] -= clause_draws(2) ? na : 0;
            axes2[j] -= clause_draws(2) ? nb : 0;
        }
        EXPECT(xp_tensordot(clause_array(&a, device), clause_array(&b, device), axes1, axes2, count), &expected);
    }
}

static void tensordot_refuses(const struct xp_device *device)
{
    const model m = small(XP_FLOAT32, XP_SHAPE(2, 3)), n = small(XP_FLOAT32, XP_SHAPE(1, 3));
    xp_array *x = clause_array(&m, device), *y = clause_array(&n, device);
    EXPECT_FAILS(VALUE, xp_tensordot(x, x, NULL, NULL, 1));
    EXPECT_FAILS(VALUE, xp_tensordot(x, x, NULL, NULL, -1));
    EXPECT_FAILS(VALUE, xp_tensordot(x, x, NULL, NULL, 3));
    EXPECT_FAILS(VALUE, xp_tensordot(x, y, (const int[]){0}, (const int[]){0}, 1)); /* not broadcast */
    EXPECT_FAILS(VALUE, xp_tensordot(x, x, (const int[]){0, 0}, (const int[]){0, 1}, 2));
    EXPECT_FAILS(VALUE, xp_tensordot(x, x, (const int[]){0, -2}, (const int[]){0, 1}, 2));
    EXPECT_FAILS(INDEX, xp_tensordot(x, x, (const int[]){2}, (const int[]){0}, 1));
    EXPECT_FAILS(INDEX, xp_tensordot(x, x, (const int[]){0}, (const int[]){-3}, 1));
}

/* ---- vecdot, outer, cross ---------------------------------------------------------------------------------------- */

/* Shapes that broadcast but for one axis, named from the end, which both have. */
static const struct {
    int na, nb, axis;
    int64_t extents[10];
} dots[] = {
    {1, 1, -1, {3, 3}}, {2, 2, -1, {2, 3, 2, 3}}, {2, 1, -1, {2, 3, 3}}, {2, 2, -2, {3, 2, 3, 2}},
    {2, 2, -2, {3, 1, 3, 4}}, {3, 2, -2, {2, 3, 1, 3, 4}}, {3, 3, -3, {3, 2, 1, 3, 1, 4}},
    {2, 3, -1, {1, 3, 2, 4, 3}}, {2, 2, -1, {0, 3, 1, 3}}, {4, 3, -1, {2, 1, 2, 3, 2, 1, 3}},
    {3, 3, -2, {2, 3, 0, 1, 3, 1}},
};
enum { N_DOTS = sizeof dots / sizeof dots[0] };

/* x with the axis at the end, its other axes broadcast to a shape: element i of the vector at an index. */
static int64_t of_vector(const model *x, int axis, const int64_t *index, int ndim, int64_t i)
{
    int64_t at[MODEL_NDIM];
    for (int j = 0; j < x->ndim; j++) {
        const int from_end = j - x->ndim; /* -1 is the last one */
        if (from_end == axis)
            at[j] = i;
        else
            at[j] = x->shape[j] == 1 ? 0 : index[ndim + from_end + (from_end < axis)];
    }
    return model_at(x, at);
}

/* The shape without the axis. */
static xp_shape dots_shape(const model *a, const model *b, int axis, int64_t *extents)
{
    const int ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    for (int i = 0, to = 0; i < ndim; i++) {
        const int of_a = i - ndim + a->ndim, of_b = i - ndim + b->ndim;
        if (i - ndim != axis)
            extents[to++] = of_a < 0 || (of_b >= 0 && a->shape[of_a] == 1) ? b->shape[of_b] : a->shape[of_a];
    }
    return (xp_shape){ndim - 1, extents};
}

static void vecdot_values(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int n = 0; n < 4; n++)
        for (int i = 0; i < N_DOTS; i++) {
            int64_t extents[MODEL_NDIM], shape[10];
            const int na = dots[i].na, nb = dots[i].nb, axis = dots[i].axis;
            memcpy(shape, dots[i].extents, sizeof shape);
            shape[na + axis] = shape[na + nb + axis] = n;
            const model a = small(dtype, (xp_shape){na, shape}), b = small(dtype, (xp_shape){nb, shape + na});
            model expected = model_zeros(dtype, dots_shape(&a, &b, axis, extents));
            MODEL_EACH(expected, at)
            for (int64_t j = 0; j < n; j++) {
                const int64_t p = of_vector(&a, axis, at, expected.ndim, j);
                const int64_t q = of_vector(&b, axis, at, expected.ndim, j);
                model_add_product(&expected, flat, (model_number){.re = a.at[p].re, .im = -a.at[p].im}, b.at[q]);
            }
            EXPECT(xp_vecdot(clause_array(&a, device), clause_array(&b, device), axis), &expected);
        }
}

static void vecdot_refuses(const struct xp_device *device)
{
    const model m = small(XP_FLOAT32, XP_SHAPE(2, 3)), n = small(XP_FLOAT32, XP_SHAPE(2, 1)), one = small(
        XP_FLOAT32, XP_SHAPE(3));
    xp_array *x = clause_array(&m, device), *y = clause_array(&n, device), *z = clause_array(&one, device);
    EXPECT_FAILS(VALUE, xp_vecdot(x, y, -1));
    EXPECT_FAILS(VALUE, xp_vecdot(y, x, -1));
    EXPECT_FAILS(INDEX, xp_vecdot(x, x, -3));
    EXPECT_FAILS(INDEX, xp_vecdot(x, z, -2)); /* z has no such axis */
}

static void outer_values(const struct xp_device *device)
{
    static const int64_t lengths[][2] = {{3, 4}, {1, 1}, {0, 3}, {3, 0}, {0, 0}, {5, 2}};
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int i = 0; i < 6; i++) {
        const model a = small(dtype, XP_SHAPE(lengths[i][0])), b = small(dtype, XP_SHAPE(lengths[i][1]));
        model expected = model_zeros(dtype, XP_SHAPE(a.size, b.size));
        MODEL_EACH(expected, at)
        model_add_product(&expected, flat, a.at[at[0]], b.at[at[1]]);
        EXPECT(xp_linalg_outer(clause_array(&a, device), clause_array(&b, device)), &expected);
    }
    const model vector = small(XP_INT32, XP_SHAPE(3)), matrix = small(XP_INT32, XP_SHAPE(3, 1));
    EXPECT_FAILS(VALUE, xp_linalg_outer(clause_array(&vector, device), clause_array(&matrix, device)));
    EXPECT_FAILS(VALUE, xp_linalg_outer(clause_array(&matrix, device), clause_array(&vector, device)));
}

static model_number negated(model_number x)
{
    return (model_number){.re = -x.re, .im = -x.im};
}

static void cross_values(const struct xp_device *device)
{
    CLAUSE_DTYPES(dtype, XP_TEST_NUMERIC)
    for (int i = 0; i < N_DOTS; i++) {
        int64_t extents[MODEL_NDIM], shape[MODEL_NDIM];
        const int na = dots[i].na, nb = dots[i].nb, axis = dots[i].axis;
        model a = small(dtype, (xp_shape){na, dots[i].extents}), b = small(dtype, (xp_shape){nb, dots[i].extents + na});
        const xp_shape rest = dots_shape(&a, &b, axis, extents);
        for (int j = 0; j <= rest.ndim; j++) {
            const int from_end = j - rest.ndim - 1;
            shape[j] = from_end == axis ? 3 : rest.extents[j - (from_end > axis)];
        }
        model expected = model_zeros(dtype, (xp_shape){rest.ndim + 1, shape});
        MODEL_EACH(expected, at)
        {
            int64_t index[MODEL_NDIM];
            const int place = rest.ndim + 1 + axis;
            const int64_t k = at[place];
            for (int j = 0, to = 0; j <= rest.ndim; j++)
                if (j != place)
                    index[to++] = at[j];
            const int64_t a1 = of_vector(&a, axis, index, rest.ndim, (k + 1) % 3);
            const int64_t a2 = of_vector(&a, axis, index, rest.ndim, (k + 2) % 3);
            const int64_t b1 = of_vector(&b, axis, index, rest.ndim, (k + 1) % 3);
            const int64_t b2 = of_vector(&b, axis, index, rest.ndim, (k + 2) % 3);
            model_add_product(&expected, flat, a.at[a1], b.at[b2]);
            model_add_product(&expected, flat, negated(a.at[a2]), b.at[b1]);
        }
        for (int64_t j = 0; j < expected.size && model_is(dtype, XP_TEST_UNSIGNED); j++)
            if (expected.at[j].re < 0) /* unsigned numbers wrap */
                expected.at[j].re += (long double)xp_iinfo(dtype).max + 1;
        EXPECT(xp_linalg_cross(clause_array(&a, device), clause_array(&b, device), axis), &expected);
    }
}

static void cross_refuses(const struct xp_device *device)
{
    static const int64_t extents[][2] = {{2, 2}, {2, 4}, {2, 1}, {2, 0}};
    const model three = small(XP_FLOAT32, XP_SHAPE(2, 3));
    for (int i = 0; i < 4; i++) {
        const model m = small(XP_FLOAT32, (xp_shape){2, extents[i]});
        EXPECT_FAILS(VALUE, xp_linalg_cross(clause_array(&m, device), clause_array(&three, device), -1));
        EXPECT_FAILS(VALUE, xp_linalg_cross(clause_array(&three, device), clause_array(&m, device), -1));
    }
    EXPECT_FAILS(INDEX, xp_linalg_cross(clause_array(&three, device), clause_array(&three, device), -3));
}

static void aliases(const struct xp_device *device)
{
    const model m = small(XP_FLOAT32, XP_SHAPE(3, 3)), n = small(XP_FLOAT32, XP_SHAPE(3, 3));
    xp_array *x = clause_array(&m, device), *y = clause_array(&n, device);
    const xp_namespace *xp = xp_device_namespace(device);
    const model product = model_matmul(&m, &n), turned = model_transposed(&m);
    const model contracted = model_of(xp->tensordot(x, y, NULL, NULL, 2)), sums = model_of(xp->vecdot(x, y, -1));
    EXPECT(xp->linalg->matmul(x, y), &product);
    EXPECT(xp->linalg->matrix_transpose(x), &turned);
    EXPECT(xp->linalg->tensordot(x, y, NULL, NULL, 2), &contracted);
    EXPECT(xp->linalg->vecdot(x, y, -1), &sums);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static const clause clauses[] = {
    ON_DEVICE("matmul", matmul_matrices,
              "stacks of matrices: (..., M, K) and (..., K, N) give (..., M, N), leading axes broadcast"),
    ON_DEVICE("matmul", matmul_vectors, "a 1-d operand is promoted to a matrix, and the dimension removed afterwards"),
    ON_DEVICE("matmul", matmul_refuses,
              "0-d arrays, K != L, stacks that do not broadcast: an exception should be raised"),
    ON_DEVICE("matrix_transpose", matrix_transpose_shape, "must have shape (..., N, M) and the dtype of x"),
    ON_DEVICE("tensordot", tensordot_count,
              "an int N: over the last N axes of x1 and the first N of x2; 0 is the outer product"),
    ON_DEVICE("tensordot", tensordot_axes,
              "two sequences of axes, also negative; the rest of x1, then of x2; no conjugation"),
    ON_DEVICE("tensordot", tensordot_refuses, "sizes must match, axes must be unique and valid, N nonnegative"),
    ON_DEVICE("vecdot", vecdot_values, "sum of conj(a) b over the axis counted from the last; the others broadcast"),
    ON_DEVICE("vecdot", vecdot_refuses, "the contracted axis must not be broadcasted"),
    ON_DEVICE("linalg.outer", outer_values, "two vectors give (N, M)"),
    ON_DEVICE("linalg.cross", cross_values, "over the axis of size 3; the others broadcast"),
    ON_DEVICE("linalg.cross", cross_refuses, "raises if the size of the axis is not 3 (before broadcasting)"),
    ON_DEVICE("linalg.matmul, linalg.matrix_transpose, linalg.tensordot, linalg.vecdot", aliases,
              "aliases of the main functions"),
};

CHECKED_TEST(standard_products, clauses)
{
    CHECK_CLAUSES("linear algebra: products", clauses);
}
