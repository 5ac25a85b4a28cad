/* Reading golden values: what tools/make_golden.py wrote.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "golden.h"

golden golden_open(const char *path)
{
    golden table = {0};
    char whole[1024];
    const char *elsewhere = getenv("SCIXP_GOLDEN_FOLDER"); /* on a machine without the sources */
    snprintf(whole, sizeof whole, "%s/%s", elsewhere ? elsewhere : GOLDEN_FOLDER, path);
    FILE *file = fopen(whole, "rb");
    cr_assert(file, "cannot open %s", whole);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    table.text = calloc(size + 1, 1);
    cr_assert(table.text && fread(table.text, 1, size, file) == size, "cannot read %s", whole);
    fclose(file);
    table.next = strstr(table.text, "\ncase ");
    cr_assert(table.next, "no cases in %s", whole);
    return table;
}

bool golden_next(golden *table)
{
    if (!*table->next) {
        free(table->text);
        table->text = NULL;
        return false;
    }
    table->here = table->next + strlen("\ncase ");
    snprintf(table->name, sizeof table->name, "%.*s", (int)strcspn(table->here, "\n"), table->here);
    const char *next = strstr(table->here, "\ncase ");
    table->next = next ? next : table->here + strlen(table->here);
    return true;
}

/* What follows "<kind> <name> " in the current case. */
static const char *find(const golden *table, const char *kind, const char *name)
{
    char line[96];
    snprintf(line, sizeof line, "\n%s %s ", kind, name);
    const char *found = strstr(table->here, line);
    cr_assert(found && found < table->next, "%s: no %s %s", table->name, kind, name);
    return found + strlen(line);
}

static xp_dtype read_dtype(const char *name, size_t length)
{
    XP_TEST_DTYPES(dtype, XP_TEST_ANY)
    {
        const char *text = xp_test_dtype_name(dtype);
        if (strlen(text) == length && strncmp(text, name, length) == 0)
            return dtype;
    }
    cr_assert_fail("no such dtype: %.*s", (int)length, name);
    return XP_DEFAULT_DTYPE;
}

xp_array *golden_array(const golden *table, const char *name, const struct xp_device *device)
{
    const char *text = find(table, "array", name);
    size_t length = strcspn(text, " \n");
    xp_dtype dtype = read_dtype(text, length);
    text += length;
    int64_t extents[XP_MAX_NDIM], size = 1;
    int ndim = 0;
    while (*text == ' ') {
        extents[ndim] = strtoll(text, (char **)&text, 10);
        size *= extents[ndim++];
    }
    double *values = calloc((size_t)size + 1, sizeof(double));
    for (int64_t i = 0; i < size; i++) {
        char *end;
        values[i] = strtod(text, &end);
        cr_assert(end != text && end <= table->next, "%s: %s ends early", table->name, name);
        text = end;
    }
    xp_array *x = support_array(values, dtype, (xp_shape){ndim, extents}, device);
    free(values);
    return x;
}

double golden_number(const golden *table, const char *name)
{
    return strtod(find(table, "number", name), NULL);
}
