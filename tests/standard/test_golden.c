/* NumPy's values for every function, in every layout on every provider.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "calls.h"
#include "golden.h"
#include "layouts.h"

/* ---- one case ---------------------------------------------------------------------------------------------------- */

static bool has(const golden *table, const char *kind, const char *name)
{
    char line[64];
    snprintf(line, sizeof line, "\n%s %s ", kind, name);
    const char *found = strstr(table->here, line);
    return found && found < table->next;
}

/* A complex array is two real ones in the file. */
static xp_array *read_array(const golden *table, const char *name, const struct xp_device *device)
{
    char imaginary[16];
    snprintf(imaginary, sizeof imaginary, "%s_imag", name);
    xp_array *real = golden_array(table, name, device);
    if (!has(table, "array", imaginary))
        return real;
    return xp_add(real, xp_multiply(golden_array(table, imaginary, device), xp_scalar_complex(0, 1)));
}

static void read_arguments(const golden *table, const struct xp_device *device, int how, arguments *with)
{
    static const char *const arrays[] = {"x1", "x2", "x3"}, *const numbers[] = {"a", "b", "c", "d"};
    *with = (arguments){.device = device};
    for (int i = 0; i < 3; i++)
        if (has(table, "array", arrays[i]))
            with->x[i] = layout_of(read_array(table, arrays[i], device), how);
    for (int i = 0; i < 4; i++)
        if (has(table, "number", numbers[i]))
            with->number[i] = golden_number(table, numbers[i]);
}

static void compare(const golden *table, xp_array *result, const struct xp_device *device)
{
    const double rtol = golden_number(table, "rtol");
    xp_assert_close(result, read_array(table, "result", device), rtol, 10 * rtol);
}

/* A strict device refuses what the standard does not promise: mixed kinds and bool as numbers, slices that reach beyond
 * their axis, some indices, limits that cross. */
static bool is_refused(const struct xp_device *device, xp_array *result)
{
    bool is_rule = xp_error_code() == XP_ERROR_TYPE || strstr(xp_error_message(), ": the standard ");
    return !xp_ok(result) && is_rule && strncmp(xp_device_name(device), "strict", 6) == 0;
}

static void check_chapter(const char *path)
{
    XP_TEST_PROVIDERS(device)
    for (golden table = golden_open(path); golden_next(&table);) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(table.name, " "), table.name);
        standard_call *call = find_call(name);
        cr_assert(call, "nobody knows how to call %s", name);
        for (int how = 0; how < N_LAYOUTS; how++) {
            xp_scope scope = xp_scope_open();
            arguments with;
            read_arguments(&table, device, how, &with);
            xp_array *result = call(&with);
            if (is_refused(device, result)) {
                xp_status status = xp_scope_close(scope);
                xp_assert_that(status == xp_error_code(), "%s: status %d", table.name, (int)status);
                xp_error_clear();
                break;
            }
            xp_assert_that(xp_ok(result), "%s, layout %d: %s", table.name, how, xp_error_message());
            compare(&table, result, device);
            xp_assert_closes(scope);
        }
    }
}

/* A device without some dtypes computes whatever it has the dtypes for, those of the results included. */
static void check_lesser_device(const char *path, const struct xp_device *device)
{
    for (golden table = golden_open(path); golden_next(&table);) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(table.name, " "), table.name);
        xp_try attempt = xp_try_open();
        arguments with;
        read_arguments(&table, device, 0, &with);
        bool has_dtypes = xp_error_code() == XP_OK && xp_ok(read_array(&table, "result", device));
        xp_array *result = has_dtypes ? find_call(name)(&with) : xp_failed();
        if (has_dtypes && is_refused(device, result))
            xp_assert_that(!strstr(xp_error_message(), ": the device "), "%s: %s", table.name, xp_error_message());
        else if (has_dtypes)
            compare(&table, result, device);
        (void)!xp_try_close(attempt, NULL);
    }
}

#define CHAPTER(name)                                                                                                  \
    CHECKED_TEST(standard_golden, name)                                                                                \
    {                                                                                                                  \
        check_chapter("standard/" #name ".txt");                                                                       \
        check_lesser_device("standard/" #name ".txt", xp_device("strict:no_float64"));                                 \
        check_lesser_device("standard/" #name ".txt", xp_device("strict:no_x64"));                                     \
    }
CHAPTER(creation)
CHAPTER(data_types)
CHAPTER(elementwise)
CHAPTER(statistical)
CHAPTER(cumulative)
CHAPTER(manipulation)
CHAPTER(indexing)
CHAPTER(searching)
CHAPTER(linear_algebra)
CHAPTER(fourier)
CHAPTER(linear_algebra_extension)
CHAPTER(positions)
CHAPTER(extra)
CHAPTER(sorting)
CHAPTER(sets)
CHAPTER(quantiles)
