/* The tables: complete on every device, inert where arguments have failed, and a device's own functions laid over.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/registry.h"
#include "simple.h"
#include "support.h"

typedef void any_function(void);

/* Every place for a function, from `first` on, is taken. */
static bool is_complete(const void *table, size_t first, size_t size)
{
    for (size_t at = first; at + sizeof(any_function *) <= size; at += sizeof(any_function *)) {
        any_function *function;
        memcpy(&function, (const char *)table + at, sizeof function);
        if (!function)
            return false;
    }
    return true;
}

static void check_tables(const xp_namespace *xp)
{
    cr_assert_str_eq(xp->api_version, "2025.12");
    cr_assert(xp->size == sizeof *xp && is_complete(xp, offsetof(xp_namespace, zeros), sizeof *xp));
#define CHECK(table, first)                                                                                            \
    cr_assert(xp->table->size == sizeof(xp_##table) &&                                                                 \
              is_complete(xp->table, offsetof(xp_##table, first), sizeof(xp_##table)))
    CHECK(linalg, cholesky);
    CHECK(fft, fft);
    CHECK(extra, at_set);
    CHECK(random, integers);
    CHECK(info, capabilities);
#undef CHECK
}

CHECKED_TEST(namespace, tables_are_complete_and_know_their_device)
{
    XP_TEST_PROVIDERS(device) {
        const xp_namespace *xp = xp_device_namespace(device);
        cr_assert_eq(xp->device, device);
        check_tables(xp);

        xp_scope scope = xp_scope_open();
        xp_rng rng = xp_rng_seed(1);
        xp_array *const made[] = {xp->zeros(XP_SHAPE(3), XP_INT8),
                                  xp->full(XP_SHAPE(2, 2), xp_scalar(7), XP_DEFAULT_DTYPE),
                                  xp->arange(0, 3, 1, XP_DEFAULT_DTYPE),
                                  xp->asarray(xp_scalar(1.5), XP_FLOAT32, true),
                                  xp->random->uniform(&rng, XP_SHAPE(3), XP_FLOAT32),
                                  xp_eye(2, 3, 0, XP_FLOAT64, device),
                                  xp_random_choice(&rng, 9, 4, device)};
        for (size_t i = 0; i < sizeof made / sizeof *made; i++)
            xp_assert_that(xp_device_of(made[i]) == device, "array %zu is elsewhere", i);
        xp_assert_closes(scope);
    }
}

CHECKED_TEST(namespace, failed_and_mixed_arguments_get_the_inert_one)
{
    xp_try attempt = xp_try_open();
    const xp_namespace *xp = xp_array_namespace(xp_failed(), xp_scalar(1.0));
    check_tables(xp);
    cr_assert_eq(xp->device->slot, 0);
    cr_assert_eq(xp->zeros(XP_SHAPE(3), XP_INT8), xp_failed());
    xp_svd_result parts = xp->linalg->svd(xp_scalar(1.0), true);
    cr_assert(parts.u == xp_failed() && parts.s == xp_failed() && parts.vh == xp_failed());
    xp_array *results[] = {NULL, NULL, NULL};
    cr_assert(!xp->broadcast_arrays(results, 2, results));
    cr_assert(results[0] == xp_failed() && results[1] == xp_failed() && !results[2]);
    cr_assert_eq(xp->finfo(XP_FLOAT32).bits, 32); /* asks no device */
    cr_assert_neq(xp_try_close(attempt, NULL), XP_OK);

    xp_scope scope = xp_scope_open();
    xp_array *here = xp_ones(XP_SHAPE(2), XP_FLOAT64, xp_device("host"));
    xp_array *there = xp_ones(XP_SHAPE(2), XP_FLOAT64, simple_device());
    xp_assert_fails(xp_add(here, there), XP_ERROR_DEVICE, NULL);
    xp_assert_closes(scope);
}

/* ---- functions of a device's own --------------------------------------------------------------------------------- */

static xp_array *own_add(xp_array *x1, xp_array *x2)
{
    return xp_subtract(x1, x2);
}

static xp_array *own_cov(xp_array *m, int axis, double correction, xp_array *fweights, xp_array *aweights)
{
    (void)axis, (void)correction, (void)fweights, (void)aweights;
    return xp_alias(m);
}

static xp_capabilities own_capabilities(void)
{
    return (xp_capabilities){.max_dimensions = 7};
}

CHECKED_TEST(namespace, native_functions_go_in_place_of_generic_ones)
{
    const struct xp_device *device = xp_device_register("native", &simple_driver, NULL, NULL);
    cr_assert(device);
    const xp_extra extra = {.size = sizeof extra, .cov = own_cov};
    const xp_info info = {.size = sizeof info, .capabilities = own_capabilities};
    /* made when the table ended before `multiply`, so what stands there must not be taken */
    const xp_namespace native = {
        .size = offsetof(xp_namespace, multiply), .add = own_add, .multiply = own_add, .extra = &extra, .info = &info};
    const xp_namespace *xp = xp_namespace_from_driver(device, &native);
    cr_assert_eq(xp, xp_device_namespace(device));
    check_tables(xp);
    cr_assert(xp->info->capabilities().max_dimensions == 7 && xp->info->size == sizeof(xp_info));

    xp_scope scope = xp_scope_open();
    xp_array *x = xp_full(XP_SHAPE(3), xp_scalar(5.0), XP_FLOAT64, device);
    xp_assert_equal(xp_add(x, xp_scalar(2.0)), xp_full(XP_SHAPE(3), xp_scalar(3.0), XP_FLOAT64, device));
    xp_assert_equal(xp_multiply(x, xp_scalar(2.0)), xp_full(XP_SHAPE(3), xp_scalar(10.0), XP_FLOAT64, device));
    xp_assert_equal(xp_extra_cov(x, -1, 1.0, NULL, NULL), x);
    xp_assert_closes(scope);
}

/* Plain functions take NULL for the default device. */
CHECKED_TEST(namespace, functions_without_arrays_find_their_device)
{
    xp_scope scope = xp_scope_open();
    xp_array *x = xp_linspace(0, 1, 5, true, XP_FLOAT32, NULL);
    cr_assert_eq(xp_device_of(x), xp_device(NULL));
    cr_assert_eq(xp_result_type((xp_array *const[]){x, xp_scalar(1.0), NULL}, 3), XP_FLOAT32);
    cr_assert(xp_is_dtype(XP_UINT8, XP_KIND_INTEGRAL) && xp_can_cast(XP_INT8, XP_INT16));
    cr_assert_eq(xp_iinfo(XP_UINT64).max, UINT64_MAX);
    xp_assert_closes(scope);
}
