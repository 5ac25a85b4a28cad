/* What the fuzzers share.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* memfd_create */

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

uint8_t fuzz_byte(fuzz_input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->data++;
}

int64_t fuzz_number(fuzz_input *input)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, INT32_MIN, INT32_MAX,
                                   INT64_C(1) << 32, INT64_C(1) << 60, INT64_C(1) << 61, -(INT64_C(1) << 60)};
    const int count = sizeof ends / sizeof ends[0];
    int8_t first = (int8_t)fuzz_byte(input);
    if (first > -100)
        return first < 100 ? first : ends[(first - 100) % count];
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | fuzz_byte(input);
    return (int64_t)value;
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static char path[64];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("input", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    fuzz_check(file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size,
               "the input can be written to a file in memory");
    return path;
}

void fuzz_check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s (last error: %s)\n", what, xp_error_message());
    abort();
}

void fuzz_end(void)
{
    const char *leaks = xp_test_leaks((xp_test_live){0, 0, 0});
    fuzz_check(!leaks, leaks);
}
