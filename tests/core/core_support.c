/* Files and small arrays for the tests of xp/core.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* mkstemp */

#include "core_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *core_read_file(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s is missing", path);
    fseek(file, 0, SEEK_END);
    *bytes = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(*bytes + 1);
    cr_assert_eq(fread(data, 1, *bytes, file), *bytes);
    data[*bytes] = '\0';
    fclose(file);
    return data;
}

static char own_path[64];

const char *core_file_path(void)
{
    core_forget_file();
    strcpy(own_path, "/tmp/scixp-core-XXXXXX");
    int file = mkstemp(own_path);
    cr_assert(file >= 0);
    close(file);
    return own_path;
}

const char *core_write_file(const void *data, size_t bytes)
{
    FILE *file = fopen(core_file_path(), "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
    fclose(file);
    return own_path;
}

void core_forget_file(void)
{
    if (own_path[0])
        unlink(own_path);
    own_path[0] = '\0';
}

xp_array *core_vector(int64_t count)
{
    xp_array *x = xp_array_new_filled(xp_device_namespace(NULL), XP_FLOAT64, 1, &count, "vector");
    for (int64_t i = 0; xp_ok(x) && i < count; i++)
        ((double *)x->buffer->memory.handle)[i] = (double)(i + 1);
    return x;
}
