/* xp_to_string against NumPy's str().
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "core_support.h"

#define TEXT_MOST 20000

/* One case of texts.txt: its array, written to a file of its own, and its text; moves on to the next. */
static bool next_case(char **at, const char *arrays, char name[64], const char **path, char **text)
{
    long start, bytes;
    char *line = strstr(*at, "case ");
    if (!line || sscanf(line, "case %63s %ld %ld", name, &start, &bytes) != 3)
        return false;
    *text = strchr(line, '\n') + 1;
    char *end = strstr(*text, "\nend\n");
    *end = '\0';
    *at = end + 1;
    *path = core_write_file(arrays + start, (size_t)bytes);
    return true;
}

static void compare_all(const struct xp_device *device)
{
    size_t bytes;
    char *table = core_read_file(GOLDEN_FOLDER "/core/texts.txt", &bytes), *at = strchr(table, '\n') + 1;
    char *arrays = core_read_file(GOLDEN_FOLDER "/core/texts.npys", &bytes), *text, name[64];
    static char got[TEXT_MOST];
    const char *path;
    int cases = 0;
    for (; next_case(&at, arrays, name, &path, &text); cases++) {
        xp_array *x = xp_read_npy(path, device);
        cr_assert(xp_ok(x), "%s: %s", name, xp_error_message());
        int64_t length = xp_to_string(x, got, sizeof got);
        cr_expect_str_eq(got, text, "%s on %s:\n%s\nexpected\n%s", name, xp_device_name(device), got, text);
        cr_expect_eq(length, (int64_t)strlen(text), "%s", name);
        xp_release(x);
    }
    cr_assert_gt(cases, 70);
    core_forget_file();
    free(table);
    free(arrays);
}

CHECKED_TEST(text, as_numpy_writes_it)
{
    compare_all(xp_device("host"));
}

CHECKED_TEST(text, as_numpy_writes_it_from_a_device_without_addresses)
{
    compare_all(xp_device("strict"));
}

CHECKED_TEST(text, what_does_not_fit_is_counted)
{
    xp_array *x = core_vector(3);
    char text[6] = "?????";
    cr_assert_eq(xp_to_string(x, NULL, 0), 10);
    cr_assert_eq(xp_to_string(x, text, sizeof text), 10);
    cr_assert_str_eq(text, "[1. 2");
    xp_release(x);
}

CHECKED_TEST(text, a_line_never_ends_in_a_blank)
{
    double values[40];
    for (int i = 0; i < 40; i++)
        values[i] = i % 7 == 3 ? 1.125 : 2.0;
    xp_array *x = xp_from_host(values, XP_FLOAT64, XP_SHAPE(40), NULL);
    char text[1000];
    cr_assert_gt(xp_to_string(x, text, sizeof text), 0);
    cr_assert_null(strstr(text, " \n"));
    cr_assert_not_null(strchr(text, '\n'));
    xp_release(x);
}

CHECKED_TEST(text, scalars_and_strided_views)
{
    char text[200];
    xp_array *two = xp_scalar(2), *half = xp_scalar(0.5);
    xp_to_string(two, text, sizeof text);
    cr_assert_str_eq(text, "2");
    xp_to_string(half, text, sizeof text);
    cr_assert_str_eq(text, "0.5");
    int32_t data[6] = {1, 2, 3, 4, 5, 6};
    int64_t strides[2] = {-4, -12};
    xp_array *x = xp_borrow(data + 5, XP_INT32, XP_SHAPE(3, 2), strides, XP_FROZEN, NULL, NULL);
    xp_to_string(x, text, sizeof text);
    cr_assert_str_eq(text, "[[6 3]\n [5 2]\n [4 1]]");
    xp_release(x);
    xp_release(two);
    xp_release(half);
}

CHECKED_TEST(text, failures)
{
    char text[8] = "unknown";
    cr_assert_eq(xp_to_string(NULL, text, sizeof text), -1);
    cr_assert_str_eq(text, "");
    cr_assert_str_eq(xp_error_message(), "to_string: x is not given");
    cr_assert_eq(xp_to_string(xp_failed(), text, sizeof text), -1);
    xp_array *x = core_vector(3);
    xp_fault_arm(1);
    cr_assert_eq(xp_to_string(x, text, sizeof text), -1);
    cr_assert(xp_fault_fired());
    xp_fault_arm(0);
    xp_release(x);
}
