/* Random chains of functions that move elements, beside the same moves in plain host memory; and random stacks through
 * functions that undo each other. A failure says its seed.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "layouts.h"
#include "model_draw.h"
#include "model_matrix.h"
#include "model_moves.h"

#define CHAINS 4000
#define STEPS 10
#define MOST_AXES 6  /* at a chain's beginning */
#define MOST_LATER 10
#define MOST_SIZE 4096

/* An array and what it must be. */
typedef struct chain {
    support_random random;
    const struct xp_device *device;
    xp_array *array;
    model model;
} chain;

static int64_t draw(chain *c, int64_t low, int64_t high)
{
    return support_integer(&c->random, low, high);
}

/* A number from either end. */
static int draw_axis(chain *c, int *axis)
{
    *axis = (int)draw(c, 0, c->model.ndim);
    return draw(c, 0, 2) ? *axis : *axis - c->model.ndim;
}

static xp_array *array_of(chain *c, const model *m)
{
    return model_array(m, c->device, &c->random);
}

/* ---- steps: each true if it could be taken ----------------------------------------------------------------------- */

static bool permute(chain *c)
{
    int order[MODEL_NDIM], axes[MODEL_NDIM], ndim = c->model.ndim;
    for (int i = 0; i < ndim; i++) {
        const int j = (int)draw(c, 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    for (int i = 0; i < ndim; i++)
        axes[i] = draw(c, 0, 2) ? order[i] : order[i] - ndim;
    c->model = model_permuted(&c->model, order);
    c->array = xp_permute_dims(c->array, axes, ndim);
    return true;
}

static bool flip(chain *c)
{
    int axes[MODEL_NDIM], count = 0;
    const int set = (int)draw(c, 0, 1 << c->model.ndim);
    for (int i = 0; i < c->model.ndim; i++)
        if (set >> i & 1)
            axes[count++] = draw(c, 0, 2) ? i : i - c->model.ndim;
    c->model = model_flipped(&c->model, set);
    c->array = xp_flip(c->array, xp_over_axes(axes, count));
    return true;
}

static bool roll(chain *c)
{
    int axis;
    const int64_t shift = draw(c, -9, 10);
    if (draw(c, 0, 4) == 0) {
        model flat = model_reshaped(&c->model, XP_SHAPE(c->model.size));
        flat = model_rolled(&flat, shift, 0);
        c->array = xp_roll(c->array, shift, XP_FLAT);
        c->model = model_reshaped(&flat, model_shape_of(&c->model));
        return true;
    }
    if (c->model.ndim == 0)
        return false;
    const int named = draw_axis(c, &axis);
    c->model = model_rolled(&c->model, shift, axis);
    c->array = xp_roll(c->array, shift, named);
    return true;
}

/* Two neighbouring axes become one, or one becomes two; an extent may be left to be found. */
static bool reshape(chain *c)
{
    int64_t extents[MODEL_NDIM];
    int ndim = c->model.ndim, axis;
    if (ndim == 0)
        return false;
    memcpy(extents, c->model.shape, sizeof extents);
    (void)draw_axis(c, &axis);
    int64_t factor = 2;
    while (factor < extents[axis] && extents[axis] % factor != 0)
        factor++;
    if (axis + 1 < ndim && draw(c, 0, 2)) {
        extents[axis] *= extents[axis + 1];
        memmove(extents + axis + 1, extents + axis + 2, (size_t)(ndim - axis - 2) * sizeof *extents);
        ndim--;
    } else if (ndim < MOST_LATER && extents[axis] > factor) {
        memmove(extents + axis + 1, extents + axis, (size_t)(ndim - axis) * sizeof *extents);
        extents[axis + 1] /= factor;
        extents[axis] = factor;
        ndim++;
    }
    c->model = model_reshaped(&c->model, (xp_shape){ndim, extents});
    if (c->model.size > 0 && draw(c, 0, 2))
        extents[draw(c, 0, ndim)] = -1;
    c->array = xp_reshape(c->array, (xp_shape){ndim, extents});
    return true;
}

static bool concat(chain *c)
{
    int axis, count = (int)draw(c, 1, 4), own = (int)draw(c, 0, count);
    model parts[3];
    xp_array *arrays[3];
    if (c->model.ndim == 0)
        return false;
    const int named = draw_axis(c, &axis);
    for (int i = 0; i < count; i++) {
        int64_t extents[MODEL_NDIM];
        memcpy(extents, c->model.shape, sizeof extents);
        extents[axis] = draw(c, 0, 8) ? draw(c, 1, 3) : 0;
        parts[i] = i == own
                       ? c->model
                       : model_draw(&c->random, MODEL_QUARTERS, c->model.dtype, (xp_shape){c->model.ndim, extents});
        arrays[i] = i == own ? c->array : array_of(c, &parts[i]);
    }
    c->model = model_joined(parts, count, axis);
    c->array = xp_concat(arrays, count, named);
    return true;
}

static bool stack(chain *c)
{
    const int count = (int)draw(c, 1, 3), own = (int)draw(c, 0, count), place = (int)draw(c, 0, c->model.ndim + 1);
    model parts[2];
    xp_array *arrays[2];
    int64_t extents[MODEL_NDIM];
    for (int i = 0; i <= c->model.ndim; i++)
        extents[i] = i == place ? 1 : c->model.shape[i < place ? i : i - 1];
    for (int i = 0; i < count; i++) {
        const model m =
            i == own ? c->model : model_draw(&c->random, MODEL_QUARTERS, c->model.dtype, model_shape_of(&c->model));
        arrays[i] = i == own ? c->array : array_of(c, &m);
        parts[i] = model_reshaped(&m, (xp_shape){m.ndim + 1, extents});
    }
    c->array = xp_stack(arrays, count, draw(c, 0, 2) ? place : place - c->model.ndim - 1);
    c->model = model_joined(parts, count, place);
    return true;
}

static bool tile(chain *c)
{
    const int count = (int)draw(c, 0, c->model.ndim + 2);
    int64_t repetitions[MODEL_NDIM];
    for (int i = 0; i < count; i++)
        repetitions[i] = draw(c, 0, 3) ? 1 : draw(c, 1, 4);
    c->model = model_tiled(&c->model, repetitions, count);
    c->array = xp_tile(c->array, (xp_shape){count, repetitions});
    return true;
}

static bool repeat(chain *c)
{
    int64_t times[MOST_SIZE];
    int axis;
    if (c->model.ndim == 0)
        return false;
    const int named = draw_axis(c, &axis);
    const bool by_element = draw(c, 0, 2);
    model counts = model_zeros(XP_INT32, XP_SHAPE(c->model.shape[axis]));
    const int64_t all = draw(c, 1, 3);
    for (int64_t i = 0; i < counts.size; i++) {
        times[i] = by_element ? draw(c, draw(c, 0, 4) > 0, 3) : all;
        counts.at[i].re = (double)times[i];
    }
    c->array = by_element ? xp_extra_repeat(c->array, array_of(c, &counts), named) : xp_repeat(c->array, all, named);
    c->model = model_repeated(&c->model, times, axis);
    return true;
}

/* Some extents of 1 grow, and there may be a new leading axis. */
static bool broadcast(chain *c)
{
    int64_t extents[MODEL_NDIM] = {draw(c, 1, 4)};
    const int more = (int)draw(c, 0, 2);
    for (int i = 0; i < c->model.ndim; i++)
        extents[i + more] = c->model.shape[i] != 1 ? c->model.shape[i] : draw(c, 0, 12) ? draw(c, 1, 4) : 0;
    const xp_shape shape = {c->model.ndim + more, extents};
    c->model = model_broadcast(&c->model, shape);
    c->array = xp_broadcast_to(c->array, shape);
    return true;
}

static bool expand(chain *c)
{
    const int place = (int)draw(c, 0, c->model.ndim + 1);
    int64_t extents[MODEL_NDIM];
    for (int i = 0; i <= c->model.ndim; i++)
        extents[i] = i == place ? 1 : c->model.shape[i < place ? i : i - 1];
    c->array = xp_expand_dims(c->array, draw(c, 0, 2) ? place : place - c->model.ndim - 1);
    c->model = model_reshaped(&c->model, (xp_shape){c->model.ndim + 1, extents});
    return true;
}

static bool squeeze(chain *c)
{
    int64_t extents[MODEL_NDIM];
    int axes[MODEL_NDIM], count = 0, ndim = 0;
    for (int i = 0; i < c->model.ndim; i++)
        if (c->model.shape[i] == 1 && draw(c, 0, 2))
            axes[count++] = draw(c, 0, 2) ? i : i - c->model.ndim;
        else
            extents[ndim++] = c->model.shape[i];
    c->model = model_reshaped(&c->model, (xp_shape){ndim, extents});
    c->array = xp_squeeze(c->array, xp_over_axes(axes, count));
    return true;
}

/* Not a move: the elements stay, but work on them is recorded that views may be pushed through. */
static bool pass(chain *c)
{
    c->array = layout_of(c->array, (int)draw(c, 0, N_LAYOUTS));
    return true;
}

static bool (*const steps[])(chain *) = {permute, flip,   roll,      reshape, concat,  stack,
                                         tile,    repeat, broadcast, expand,  squeeze, pass};
enum { N_STEPS = sizeof steps / sizeof steps[0] };

/* ---- chains ------------------------------------------------------------------------------------------------------ */

static xp_shape draw_shape(support_random *random, int64_t *extents)
{
    const int ndim = (int)support_integer(random, 0, MOST_AXES + 1);
    for (int i = 0; i < ndim; i++)
        extents[i] = support_integer(random, 0, 12) == 0 ? 0 : support_integer(random, 1, ndim > 4 ? 3 : 5);
    return (xp_shape){ndim, extents};
}

static void check_chain(const struct xp_device *device, int64_t seed)
{
    int64_t extents[MODEL_NDIM];
    char path[4 * STEPS + 1] = "";
    chain c = {.random.state = (uint64_t)seed, .device = device};
    xp_dtype dtype = (xp_dtype)draw(&c, XP_BOOL, XP_N_STANDARD_DTYPES);
    dtype = xp_test_next_dtype((xp_dtype)(dtype - 1), XP_TEST_ANY); /* one that the device has */
    if (dtype == XP_DEFAULT_DTYPE)
        dtype = XP_FLOAT32;
    c.model = model_draw(&c.random, MODEL_QUARTERS, dtype, draw_shape(&c.random, extents));
    c.array = array_of(&c, &c.model);
    for (int i = 0; i < STEPS && c.model.size <= MOST_SIZE / 4 && c.model.ndim < MOST_LATER; i++) {
        const int step = (int)draw(&c, 0, N_STEPS);
        if (steps[step](&c))
            snprintf(path + strlen(path), sizeof path - strlen(path), " %d", step);
    }
    const char *difference = model_differs(c.array, &c.model, 0, false);
    xp_assert_that(!difference, "seed %lld, steps%s: %s", (long long)seed, path, difference);
}

CHECKED_TEST(shapes_random, chains_of_moves)
{
    XP_TEST_PROVIDERS(device)
    for (int64_t seed = 1; seed <= CHAINS; seed++) {
        xp_scope scope = xp_scope_open();
        check_chain(device, seed);
        xp_status status = xp_scope_close(scope);
        xp_assert_that(status == XP_OK, "seed %lld: %s", (long long)seed, xp_error_message());
        model_release();
    }
}

/* ---- operands that broadcast ------------------------------------------------------------------------------------- */

/* Two models of shapes that give one of up to 6 dimensions together, which each is spread to. */
static void draw_operands(support_random *random, xp_dtype dtype, model *given, model *spread)
{
    int64_t extents[MODEL_NDIM], own[MODEL_NDIM];
    const xp_shape shape = draw_shape(random, extents);
    const int whole = (int)support_integer(random, 0, 2); /* that one has every axis where the other has not */
    for (int which = 0; which < 2; which++) {
        const int missing = which == whole ? 0 : (int)support_integer(random, 0, shape.ndim + 1);
        for (int i = missing; i < shape.ndim; i++)
            own[i - missing] = which != whole && support_integer(random, 0, 3) == 0 ? 1 : extents[i];
        given[which] = model_draw(random, MODEL_QUARTERS, dtype, (xp_shape){shape.ndim - missing, own});
        spread[which] = model_broadcast(&given[which], shape);
    }
}

static void check_operands(const struct xp_device *device, xp_dtype dtype, int64_t seed)
{
    support_random random = {(uint64_t)seed};
    model given[2], spread[2];
    draw_operands(&random, dtype, given, spread);
    xp_array *x = model_array(&given[0], device, &random), *y = model_array(&given[1], device, &random);
    model sum = model_zeros(dtype, model_shape_of(&spread[0])), chosen = model_zeros(dtype, model_shape_of(&spread[0]));
    model equal = model_zeros(XP_BOOL, model_shape_of(&spread[0]));
    for (int64_t i = 0; i < sum.size; i++) {
        const bool same = spread[0].at[i].re == spread[1].at[i].re && spread[0].at[i].im == spread[1].at[i].im;
        sum.at[i].re = spread[0].at[i].re + spread[1].at[i].re;
        sum.at[i].im = spread[0].at[i].im + spread[1].at[i].im;
        equal.at[i].re = same;
        model_put(&chosen, i, &spread[same], i);
    }
    const char *difference = dtype == XP_BOOL ? NULL : model_differs(xp_add(x, y), &sum, 0, false);
    xp_assert_that(!difference, "add, seed %lld: %s", (long long)seed, difference);
    difference = model_differs(xp_equal(x, y), &equal, 0, false);
    xp_assert_that(!difference, "equal, seed %lld: %s", (long long)seed, difference);
    difference = model_differs(xp_where(xp_equal(x, y), y, x), &chosen, 0, false);
    xp_assert_that(!difference, "where, seed %lld: %s", (long long)seed, difference);
}

CHECKED_TEST(shapes_random, operands_that_broadcast)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    for (int64_t seed = 1; seed <= 300; seed++) {
        xp_scope scope = xp_scope_open();
        check_operands(device, dtype, seed);
        xp_assert_closes(scope);
        model_release();
    }
}

/* ---- what undoes each other -------------------------------------------------------------------------------------- */

/* A stack of square matrices whose diagonal outweighs each row. */
static model draw_regular(support_random *random, xp_dtype dtype)
{
    int64_t stack[3], extents[MODEL_NDIM];
    const int ndim = (int)support_integer(random, 0, 4);
    for (int i = 0; i < ndim; i++)
        stack[i] = support_integer(random, 0, 4);
    const int64_t n = support_integer(random, 0, support_integer(random, 0, 4) ? 10 : 40);
    model x = model_draw(random, MODEL_QUARTERS, dtype, model_stack((xp_shape){ndim, stack}, n, n, extents));
    const model identity = model_identity(&x, n);
    for (int64_t i = 0; i < x.size; i++)
        x.at[i].re += identity.at[i].re * 18 * (double)(n + 1);
    return x;
}

static void check_inverses(const struct xp_device *device, xp_dtype dtype, int64_t seed)
{
    support_random random = {(uint64_t)seed};
    int64_t extents[MODEL_NDIM];
    const model a = draw_regular(&random, dtype);
    const xp_shape shape = model_stack((xp_shape){a.ndim - 2, a.shape}, a.shape[a.ndim - 1],
                                       support_integer(&random, 0, 5), extents);
    const model b = model_draw(&random, MODEL_QUARTERS, dtype, shape),
                identity = model_identity(&a, a.shape[a.ndim - 1]);
    xp_array *x = model_array(&a, device, &random), *y = model_array(&b, device, &random);
    const struct {
        const char *name;
        xp_array *result;
        const model *expected;
    } relations[] = {
        {"solve(a, a b)", xp_linalg_solve(x, xp_matmul(x, y)), &b},
        {"a solve(a, b)", xp_matmul(x, xp_linalg_solve(x, y)), &b},
        {"inv(a) a", xp_matmul(xp_linalg_inv(x), x), &identity},
        {"inv(inv(a))", xp_linalg_inv(xp_linalg_inv(x)), &a},
        {"inv(a) b, by solve", xp_matmul(x, xp_matmul(xp_linalg_inv(x), y)), &b},
    };
    for (int i = 0; i < 5; i++) {
        const char *difference = model_differs(relations[i].result, relations[i].expected,
                                               (20 + 4 * (double)a.shape[a.ndim - 1]) * model_epsilon(dtype), false);
        xp_assert_that(!difference, "%s, seed %lld: %s", relations[i].name, (long long)seed, difference);
    }
}

CHECKED_TEST(shapes_random, inverses_undo_products)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_FLOATING)
    for (int64_t seed = 1; seed <= 150; seed++) {
        xp_scope scope = xp_scope_open();
        check_inverses(device, dtype, seed);
        xp_assert_closes(scope);
        model_release();
    }
}

static void check_transforms(const struct xp_device *device, xp_dtype dtype, int64_t seed)
{
    support_random random = {(uint64_t)seed};
    int64_t extents[MODEL_NDIM], s[MODEL_NDIM];
    int axes[MODEL_NDIM];
    const xp_shape shape = draw_shape(&random, extents);
    const int count = (int)support_integer(&random, 0, shape.ndim + 1);
    for (int i = 0; i < shape.ndim; i++) {
        const int j = (int)support_integer(&random, 0, i + 1);
        extents[i] = extents[i] ? extents[i] : 1;
        axes[i] = axes[j];
        axes[j] = i;
    }
    for (int i = 0; i < count; i++)
        s[i] = extents[axes[i]];
    const xp_fft_norm norm = (xp_fft_norm)support_integer(&random, 0, 3);
    const model real = model_draw(&random, MODEL_QUARTERS, dtype, shape),
                whole = model_draw(&random, MODEL_QUARTERS, model_complex(dtype), shape);
    xp_array *x = model_array(&whole, device, &random), *y = model_array(&real, device, &random);
    const char *difference = NULL;
    if (count > 0) {
        x = xp_fft_ifftn(xp_fft_fftn(x, s, axes, count, norm), s, axes, count, norm);
        y = xp_fft_irfftn(xp_fft_rfftn(y, s, axes, count, norm), s, axes, count, norm);
        difference = model_differs(y, &real, 10 * model_epsilon(dtype), false);
        xp_assert_that(!difference, "irfftn(rfftn(x)), seed %lld: %s", (long long)seed, difference);
    }
    difference = model_differs(x, &whole, 10 * model_epsilon(dtype), false);
    xp_assert_that(!difference, "ifftn(fftn(x)), seed %lld: %s", (long long)seed, difference);
}

CHECKED_TEST(shapes_random, transforms_and_their_inverses)
{
    XP_TEST_PROVIDERS(device)
    XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)
    for (int64_t seed = 1; seed <= 300; seed++) {
        xp_scope scope = xp_scope_open();
        check_transforms(device, dtype, seed);
        xp_assert_closes(scope);
        model_release();
    }
}
