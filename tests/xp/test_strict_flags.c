/* The flags of the strict devices: what each of them hides, where they come from, and how long they hold.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "support.h"

static const xp_namespace *strict(void)
{
    return xp_device_namespace(xp_device("strict"));
}

static xp_strict_flags version(int32_t api_version)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.api_version = api_version;
    return flags;
}

static bool is_there(xp_array *result)
{
    bool ok = xp_ok(result);
    xp_error_clear();
    return ok;
}

/* ---- what they hide ---------------------------------------------------------------------------------------------- */

/* From each version on, which of these functions are there: one or two that each version brought. */
static unsigned functions_there(void)
{
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3), xp->device);
    xp_array *z = support_ramp(1, 1, XP_COMPLEX128, XP_SHAPE(4), xp->device);
    const bool there[] = {
        is_there(xp->add(x, x)),                            /* 2021.12 */
        is_there(xp->take(x, xp->argmax(xp->reshape(x, XP_SHAPE(1, 3)), XP_OVER(1)), 0)), /* 2022.12 */
        is_there(xp->conj(z)),
        is_there(xp->maximum(x, x)),                        /* 2023.12 */
        is_there(xp->searchsorted(x, x, false, NULL)),
        is_there(xp->count_nonzero(x, XP_ALL)),             /* 2024.12 */
        is_there(xp->cumulative_prod(x, 0, XP_DEFAULT_DTYPE, false)),
        is_there(xp->random->choice(&(xp_rng){.key = 1}, 3, 2)), /* beyond the standard: always */
    };
    unsigned set = 0;
    for (size_t i = 0; i < sizeof there / sizeof there[0]; i++)
        set |= (unsigned)there[i] << i;
    (void)!xp_scope_close(scope);
    xp_error_clear();
    return set;
}

CHECKED_TEST(strict_flags, versions_hide_what_is_newer)
{
    static const struct {
        int32_t version;
        unsigned functions;
    } expected[] = {{202112, 0x81}, {202212, 0x87}, {202312, 0x9f}, {202412, 0xff}, {202512, 0xff}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const xp_strict_flags flags = version(expected[i].version);
        xp_strict_guard guard = xp_strict_begin(&flags);
        cr_expect_eq(functions_there(), expected[i].functions, "%d: 0x%x", (int)expected[i].version, functions_there());
        xp_strict_end(guard);
    }
}

CHECKED_TEST(strict_flags, the_sentence_names_the_function_and_both_versions)
{
    const xp_strict_flags flags = version(202212);
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3), xp->device);
    xp_array *matrix = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(2, 2), xp->device);
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp->maximum(x, x), XP_ERROR_UNSUPPORTED,
                    "maximum: not in version 2022.12 of the standard, since 2023.12");
    xp_assert_fails(xp_clip(x, NULL, x), XP_ERROR_UNSUPPORTED,
                    "clip: not in version 2022.12 of the standard, since 2023.12");
    xp_assert_fails(xp->info->capabilities(), XP_ERROR_UNSUPPORTED,
                    "info.capabilities: not in version 2022.12 of the standard, since 2023.12");
    cr_expect(xp->is_dtype(XP_FLOAT32, XP_KIND_FLOAT));
    xp_assert_ok(xp->linalg->cholesky(xp->matmul(matrix, xp->matrix_transpose(matrix)), false));
    xp_assert_ok(xp->extra->at_set(x, XP_INDEX(xp_at(0)), xp_scalar(1.0)));
    /* other devices have all of it */
    xp_array *here = xp_to_device(x, xp_device("host"));
    xp_assert_ok(xp_maximum(here, here));
    xp_strict_end(guard);

    const xp_strict_flags first = version(202112);
    guard = xp_strict_begin(&first);
    xp_assert_fails(xp->is_dtype(XP_FLOAT32, XP_KIND_FLOAT), XP_ERROR_UNSUPPORTED,
                    "is_dtype: not in version 2021.12 of the standard, since 2022.12");
    xp_assert_fails(xp->astype(x, XP_COMPLEX64, false), XP_ERROR_UNSUPPORTED,
                    "astype: complex64 is not in version 2021.12 of the standard");
    xp_assert_ok(xp->astype(x, XP_FLOAT32, false));
    xp_strict_end(guard);
    xp_assert_closes(scope);
}

/* Arguments that came after their functions, given or left at what they are without. */
CHECKED_TEST(strict_flags, arguments_have_versions)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.api_version = 202312;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_assert_ok(xp->fft->fftfreq(4, 1, XP_FLOAT32));
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp->fft->fftfreq(4, 1, XP_FLOAT32), XP_ERROR_UNSUPPORTED,
                    "fft.fftfreq: dtype is not in version 2023.12 of the standard, since 2024.12");
    xp_assert_fails(xp_fft_rfftfreq(4, 1, XP_FLOAT64, xp->device), XP_ERROR_UNSUPPORTED,
                    "fft.rfftfreq: dtype is not in version 2023.12 of the standard, since 2024.12");
    xp_assert_ok(xp->fft->fftfreq(4, 1, XP_DEFAULT_DTYPE));
    xp_assert_ok(xp_fft_fftfreq(4, 1, XP_FLOAT32, xp_device("host")));
    xp_strict_end(guard);
    flags.api_version = 202212;
    guard = xp_strict_begin(&flags);
    xp_assert_fails(xp->from_dlpack(NULL, XP_COPY_ALWAYS), XP_ERROR_UNSUPPORTED,
                    "from_dlpack: copy is not in version 2022.12 of the standard, since 2023.12");
    xp_assert_fails(xp->from_dlpack(NULL, XP_COPY_IF_NEEDED), XP_ERROR_VALUE, "from_dlpack: tensor is not given");
    xp_strict_end(guard);
    flags.api_version = 202112;
    guard = xp_strict_begin(&flags); /* the function's version comes first */
    xp_assert_fails(xp->fft->fftfreq(4, 1, XP_FLOAT32), XP_ERROR_UNSUPPORTED,
                    "fft.fftfreq: not in version 2021.12 of the standard, since 2022.12");
    xp_strict_end(guard);
    xp_assert_closes(scope);
}

/* xp_vector_norm does without the extension that xp->linalg belongs to. */
CHECKED_TEST(strict_flags, norms_do_without_linalg)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.enabled_extensions = 0;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_array *x = support_ramp(-3, 1, XP_FLOAT64, XP_SHAPE(2, 3), xp->device); /* -3 -2 -1 0 1 2 */
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp->linalg->vector_norm(x, XP_ALL, 2.0), XP_ERROR_UNSUPPORTED,
                    "linalg.vector_norm: the extension is not among the enabled ones");
    const double sums[] = {6, 3};
    xp_assert_equal(xp_vector_norm(x, XP_OVER(1), 1.0), support_array(sums, XP_FLOAT64, XP_SHAPE(2), xp->device));
    xp_assert_close(xp_vector_norm(x, xp_keepdims(XP_ALL), 2.0),
                    xp->full(XP_SHAPE(1, 1), xp_scalar(4.358898943540674), XP_FLOAT64), 1e-15, 0);
    xp_strict_end(guard);
    xp_assert_closes(scope);
}

CHECKED_TEST(strict_flags, extensions_can_be_off)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.enabled_extensions = XP_EXTENSION_FFT;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_array *x = xp->eye(2, 2, 0, XP_DEFAULT_DTYPE);
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp->linalg->cholesky(x, false), XP_ERROR_UNSUPPORTED,
                    "linalg.cholesky: the extension is not among the enabled ones");
    xp_assert_fails(xp->linalg->matmul(x, x), XP_ERROR_UNSUPPORTED,
                    "linalg.matmul: the extension is not among the enabled ones");
    xp_assert_ok(xp->matmul(x, x));
    cr_expect_eq(xp->info->capabilities().extensions, XP_EXTENSION_FFT);
    xp_strict_end(guard);
    xp_assert_ok(xp->linalg->matmul(x, x));
    xp_assert_closes(scope);
}

CHECKED_TEST(strict_flags, boolean_indexing_can_be_off)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.boolean_indexing = false;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3), xp->device);
    xp_array *mask = xp->greater(x, xp_scalar(1.0));
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp_get(x, XP_INDEX(xp_mask(mask))), XP_ERROR_UNSUPPORTED, "get: boolean_indexing is off");
    xp_assert_fails(xp_set(x, XP_INDEX(xp_mask(mask)), xp_scalar(0.0)), XP_ERROR_UNSUPPORTED,
                    "set: boolean_indexing is off");
    xp_assert_fails(xp->extra->at_set(x, XP_INDEX(xp_mask(mask)), xp_scalar(0.0)), XP_ERROR_UNSUPPORTED,
                    "at_set: boolean_indexing is off");
    xp_assert_ok(xp_get(x, XP_INDEX(xp_at(0))));
    cr_expect(!xp->info->capabilities().boolean_indexing && xp->info->capabilities().data_dependent_shapes);
    xp_array *here = xp_to_device(x, xp_device("host"));
    xp_assert_ok(xp_get(here, XP_INDEX(xp_mask(xp_greater(here, xp_scalar(1.0))))));
    cr_expect(xp_device_namespace(xp_device("host"))->info->capabilities().boolean_indexing);
    xp_strict_end(guard);
    cr_expect_eq(xp_size(xp_get(x, XP_INDEX(xp_mask(mask)))), 2);
    xp_assert_closes(scope);
}

static xp_array *root(void *context, xp_array *const *arrays, int count)
{
    (void)count;
    *(int *)context += xp_ndim(arrays[0]);
    return xp_sqrt(arrays[0]);
}

static xp_array *flattened(void *context, xp_array *const *arrays, int count)
{
    (void)context, (void)count;
    return xp_reshape(arrays[0], XP_SHAPE(xp_size(arrays[0])));
}

/* Without masks functions see all elements in their places, and nothing is computed. */
CHECKED_TEST(strict_flags, apply_where_does_without_masks)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.boolean_indexing = false;
    xp_scope scope = xp_scope_open();
    const struct xp_device *trace = xp_device("trace(strict)");
    xp_array *x = support_ramp(-20000, 1, XP_FLOAT64, XP_SHAPE(200, 200), trace);
    xp_array *cond = xp_greater(x, xp_scalar(0.0)), *one = xp_get(x, XP_INDEX(xp_at(3), xp_ellipsis()));
    int dimensions = 0;
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_trace_reset(trace);
    xp_array *roots = xp_extra_apply_where(cond, &x, 1, root, NULL, xp_scalar(-1.0), &dimensions);
    xp_array *both = xp_extra_apply_where(cond, &one, 1, root, root, NULL, &dimensions);
    cr_assert_eq(dimensions, 6);
    cr_assert_eq(xp_test_counts(trace).launches, 0);
    xp_assert_fails(xp_extra_apply_where(cond, &x, 1, flattened, NULL, xp_scalar(0.0), NULL), XP_ERROR_VALUE,
                    "apply_where: f1 gave shape (40000,), expected (200, 200)");
    xp_assert_equal(roots, xp_where(cond, xp_sqrt(x), xp_scalar(-1.0)));
    cr_assert_eq(xp_extent(both, 0), 200);
    xp_strict_end(guard);
    xp_assert_equal(xp_extra_apply_where(cond, &x, 1, root, NULL, xp_scalar(-1.0), &dimensions), roots);
    xp_assert_closes(scope);
}

CHECKED_TEST(strict_flags, data_dependent_shapes_can_be_off)
{
    xp_strict_flags flags = xp_strict_flags_defaults();
    flags.data_dependent_shapes = false;
    xp_scope scope = xp_scope_open();
    const xp_namespace *xp = strict();
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(3), xp->device), *at = NULL;
    xp_strict_guard guard = xp_strict_begin(&flags);
    cr_expect(!xp->info->capabilities().data_dependent_shapes && xp->info->capabilities().boolean_indexing);
#define REFUSED(name, expression)                                                                                      \
    xp_assert_fails(expression, XP_ERROR_UNSUPPORTED,                                                                  \
                    name ": its result's shape depends on data, and data_dependent_shapes is off")
    REFUSED("unique_values", xp->unique_values(x));
    REFUSED("unique_counts", xp->unique_counts(x));
    REFUSED("unique_inverse", xp->unique_inverse(x));
    REFUSED("unique_all", xp->unique_all(x));
    REFUSED("nonzero", xp->nonzero(x, &at, 1));
#undef REFUSED
    cr_expect_eq(at, xp_failed());
    xp_assert_ok(xp_get(x, XP_INDEX(xp_mask(xp->greater(x, xp_scalar(1.0))))));
    xp_strict_end(guard);
    xp_assert_closes(scope);
}

/* What a function calls on its way is its own affair. */
CHECKED_TEST(strict_flags, only_the_outermost_call_is_asked_about)
{
    const xp_strict_flags flags = version(202112);
    xp_scope scope = xp_scope_open();
    xp_array *x = support_ramp(1, 1, XP_FLOAT64, XP_SHAPE(2, 5), xp_device("strict"));
    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp_conj(x), XP_ERROR_UNSUPPORTED, NULL);
    xp_assert_ok(xp_extra_cov(x, -1, 1.0, NULL, NULL)); /* takes a conjugate */
    xp_strict_end(guard);
    xp_assert_closes(scope);
}

/* ---- where they come from ---------------------------------------------------------------------------------------- */

CHECKED_TEST(strict_flags, set_by_call_until_reset)
{
    const xp_strict_flags flags = version(202312);
    cr_expect_eq(xp_set_strict_flags(&flags), XP_OK);
    cr_expect_eq(xp_strict_flags_now().api_version, 202312);
    cr_expect_eq(strict()->info->capabilities().api_version, 202312);
    cr_expect_eq(functions_there(), 0x9f);
    cr_expect_eq(xp_set_strict_flags(NULL), XP_OK);
    cr_expect_eq(xp_strict_flags_now().api_version, 202512);
}

CHECKED_TEST(strict_flags, guards_nest_and_are_stronger_than_the_process)
{
    const xp_strict_flags process = version(202412), outer = version(202312), inner = version(202212);
    cr_expect_eq(xp_set_strict_flags(&process), XP_OK);
    xp_strict_guard first = xp_strict_begin(&outer);
    xp_strict_guard second = xp_strict_begin(&inner);
    cr_expect_eq(xp_strict_flags_now().api_version, 202212);
    xp_strict_end(second);
    cr_expect_eq(xp_strict_flags_now().api_version, 202312);
    xp_strict_end(first);
    cr_expect_eq(xp_strict_flags_now().api_version, 202412);
    cr_expect_eq(xp_set_strict_flags(NULL), XP_OK);
}

CHECKED_TEST(strict_flags, bad_flags_change_nothing)
{
    xp_strict_flags flags = version(202212), wrong = version(202306);
    xp_assert_fails(xp_set_strict_flags(&wrong), XP_ERROR_VALUE,
                    "set_strict_flags: there is no version 202306 of the standard");
    wrong = version(202612);
    xp_assert_fails(xp_strict_begin(&wrong), XP_ERROR_VALUE,
                    "strict_begin: there is no version 202612 of the standard");
    wrong = version(202512);
    wrong.enabled_extensions = 9;
    xp_assert_fails(xp_set_strict_flags(&wrong), XP_ERROR_VALUE, "set_strict_flags: unknown extensions 0x9");
    wrong.size = 0;
    xp_assert_fails(xp_set_strict_flags(&wrong), XP_ERROR_VALUE,
                    "set_strict_flags: flags are not given, or have size 0");
    cr_expect_eq(xp_strict_flags_now().api_version, 202512);

    xp_strict_guard guard = xp_strict_begin(&flags);
    xp_assert_fails(xp_strict_begin(NULL), XP_ERROR_VALUE, "strict_begin: flags are not given, or have size 0");
    cr_expect_eq(xp_strict_flags_now().api_version, 202212);
    xp_strict_end(guard);

    flags.size = offsetof(xp_strict_flags, boolean_indexing); /* an older caller's */
    flags.boolean_indexing = false;
    guard = xp_strict_begin(&flags);
    cr_expect(xp_strict_flags_now().boolean_indexing);
    xp_strict_end(guard);
}

static void read_flags(double *results)
{
    support_start();
    xp_strict_flags flags = xp_strict_flags_now();
    results[0] = flags.api_version;
    results[1] = flags.boolean_indexing + 2 * flags.data_dependent_shapes + 4 * (int)flags.enabled_extensions;
    results[2] = support_warnings();
}

/* ENV(name, value, version, the other flags as bits, warnings) */
#define ENV(variable, value, version, bits, heard)                                                                     \
    support_elsewhere("SCIXP_STRICT_" variable, value, read_flags, found, 3);                                          \
    cr_expect(found[0] == (version) && found[1] == (bits) && found[2] == (heard), variable "=" value ": %g %g %g",     \
              found[0], found[1], found[2])

Test(strict_flags, read_from_the_environment)
{
    double found[3];
    ENV("API_VERSION", "2022.12", 202212, 15, 0);
    ENV("API_VERSION", "2022.11", 202512, 15, 1);
    ENV("API_VERSION", "new", 202512, 15, 1);
    ENV("BOOLEAN_INDEXING", "0", 202512, 14, 0);
    ENV("BOOLEAN_INDEXING", "1", 202512, 15, 0);
    ENV("BOOLEAN_INDEXING", "off", 202512, 15, 1);
    ENV("DATA_DEPENDENT_SHAPES", "0", 202512, 13, 0);
    ENV("ENABLED_EXTENSIONS", "linalg", 202512, 7, 0);
    ENV("ENABLED_EXTENSIONS", "fft", 202512, 11, 0);
    ENV("ENABLED_EXTENSIONS", "fft,linalg", 202512, 15, 0);
    ENV("ENABLED_EXTENSIONS", "none", 202512, 3, 0);
    ENV("ENABLED_EXTENSIONS", "random", 202512, 15, 1);
}
