/* cluster.vq on the five strict devices, and with the flags off that forbid shapes which depend on data. What comes out
 * is what the host gives for the same dtypes, to the last bit: it is the host that works in both cases.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "observations.h"
#include "support.h"

#define ROWS 700
#define FEATURES 3

/* Runs the block that follows on each strict device, with data of each floating dtype that it has. */
#define EACH_DEVICE_AND_DTYPE(device, dtype)                                                                           \
    for (int device##_i = 0; device##_i < 5; device##_i++)                                                             \
        for (const struct xp_device *device = xp_device(names[device##_i]); device; device = NULL)                     \
            XP_TEST_DTYPES(dtype, XP_TEST_REAL_FLOATING)                                                               \
                if (has(device, dtype))

static const char *const names[] = {"strict", "strict:device1", "strict:device2", "strict:no_float64", "strict:no_x64"};

static bool has(const struct xp_device *device, xp_dtype dtype)
{
    xp_dtype dtypes[2];
    int count = xp_info_dtypes(XP_KIND_FLOAT, dtypes, 2, device);
    return dtypes[0] == dtype || (count == 2 && dtypes[1] == dtype);
}

static xp_array *data_on(const struct xp_device *device, xp_dtype dtype)
{
    return make_clouds(&(clouds){ROWS, FEATURES, 5, 3, 7}, dtype, device);
}

/* `found` lives on `device` and has the bits of `expected`, which the host has computed. */
static void check(xp_array *found, xp_array *expected, const struct xp_device *device)
{
    xp_assert_ok(found);
    xp_assert_that(xp_device_of(found) == device, "a result of %s is elsewhere", xp_device_name(device));
    xp_assert_identical(xp_to_device(found, xp_device("host")), expected);
}

CHECKED_TEST(vq_strict, whiten)
{
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        xp_scope scope = xp_scope_open();
        check(sx_cluster_whiten(data_on(device, dtype), NULL),
              sx_cluster_whiten(data_on(xp_device("host"), dtype), NULL), device);
        xp_assert_closes(scope);
    }
}

static sx_vq_result nearest(const struct xp_device *device, xp_dtype dtype)
{
    xp_array *obs = data_on(device, dtype);
    return sx_cluster_vq(obs, xp_get(obs, XP_INDEX(xp_slice(0, 20, 1), xp_ellipsis())), NULL);
}

CHECKED_TEST(vq_strict, vq)
{
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        xp_scope scope = xp_scope_open();
        sx_vq_result found = nearest(device, dtype), expected = nearest(xp_device("host"), dtype);
        check(found.code, expected.code, device);
        check(found.dist, expected.dist, device);
        xp_assert_closes(scope);
    }
}

static sx_kmeans_result settle(const struct xp_device *device, xp_dtype dtype)
{
    xp_rng rng = xp_rng_seed(5);
    sx_kmeans_options options = sx_cluster_kmeans_defaults();
    options.rng = &rng;
    options.iter = 3;
    return sx_cluster_kmeans(data_on(device, dtype), xp_scalar(4), &options);
}

CHECKED_TEST(vq_strict, kmeans)
{
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        xp_scope scope = xp_scope_open();
        sx_kmeans_result found = settle(device, dtype), expected = settle(xp_device("host"), dtype);
        check(found.code_book, expected.code_book, device);
        cr_assert_eq(found.distortion, expected.distortion);
        xp_assert_closes(scope);
    }
}

/* Centroids far from all points run empty and are dropped: by a mask. */
static sx_kmeans_result settle_with_empty(const struct xp_device *device, xp_dtype dtype)
{
    xp_array *obs = data_on(device, dtype);
    xp_array *near = xp_get(obs, XP_INDEX(xp_slice(0, 3, 1), xp_ellipsis()));
    xp_array *far = xp_full(XP_SHAPE(2, FEATURES), xp_scalar(1e6), dtype, device);
    return sx_cluster_kmeans(obs, xp_concat((xp_array *const[]){near, far}, 2, 0), NULL);
}

CHECKED_TEST(vq_strict, kmeans_with_empty_clusters)
{
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        xp_scope scope = xp_scope_open();
        sx_kmeans_result found = settle_with_empty(device, dtype);
        cr_assert_eq(xp_extent(found.code_book, 0), 3);
        check(found.code_book, settle_with_empty(xp_device("host"), dtype).code_book, device);
        xp_assert_closes(scope);
    }
}

static sx_kmeans2_result rounds(const struct xp_device *device, xp_dtype dtype, sx_minit minit)
{
    xp_rng rng = xp_rng_seed(11);
    sx_kmeans2_options options = sx_cluster_kmeans2_defaults();
    options.rng = &rng;
    options.minit = minit;
    xp_array *data = data_on(device, dtype), *k = xp_scalar(6);
    if (minit == SX_MINIT_MATRIX)
        k = xp_get(data, XP_INDEX(xp_slice(0, 6, 1), xp_ellipsis()));
    return sx_cluster_kmeans2(data, k, &options);
}

static void check_kmeans2(void)
{
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        for (sx_minit minit = SX_MINIT_RANDOM; minit <= SX_MINIT_MATRIX; minit++) {
            xp_scope scope = xp_scope_open();
            sx_kmeans2_result found = rounds(device, dtype, minit);
            sx_kmeans2_result expected = rounds(xp_device("host"), dtype, minit);
            check(found.centroid, expected.centroid, device);
            check(found.label, expected.label, device);
            xp_assert_closes(scope);
        }
    }
}

CHECKED_TEST(vq_strict, kmeans2_from_everywhere)
{
    check_kmeans2();
}

CHECKED_TEST(vq_strict, integers_become_the_devices_floats)
{
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        xp_scope scope = xp_scope_open();
        xp_array *obs = support_ramp(0, 1, XP_INT32, XP_SHAPE(40, 2), device);
        sx_vq_result found = sx_cluster_vq(obs, xp_get(obs, XP_INDEX(xp_slice(0, 40, 8), xp_ellipsis())), NULL);
        cr_assert_eq(xp_dtype_of(found.dist), xp_info_default_dtypes(device).real_floating);
        cr_assert_eq(xp_dtype_of(found.code), XP_INT32);
        xp_assert_closes(scope);
        break; /* no floating data takes part */
    }
}

CHECKED_TEST(vq_strict, vq_and_kmeans2_without_shapes_that_depend_on_data)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.boolean_indexing = false;
    flags.data_dependent_shapes = false;
    xp_strict_guard guard = xp_strict_begin(&flags);
    EACH_DEVICE_AND_DTYPE(device, dtype)
    {
        xp_scope scope = xp_scope_open();
        sx_vq_result found = nearest(device, dtype);
        check(found.code, nearest(xp_device("host"), dtype).code, device);
        xp_assert_closes(scope);
    }
    check_kmeans2();
    xp_strict_end(guard);
}
