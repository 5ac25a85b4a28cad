/* Writes the text of every kernel, as each dialect's compiler gets it, into a folder:
 * NAME.DTYPE.ITEMS.c, .cl, .cu.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdbool.h>
#include <stdio.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "kernel/kernel.h"

/* KERNELS(X): X(name) for each kernel of the library, from the build. */
#define DECLARE(name) extern const xp_kernel name##_kernel;
#define ADDRESS(name) &name##_kernel,
KERNELS(DECLARE)

/* Dialects by groups: as passes are, on a processor, in a group of many. */
static const struct {
    xp_dialect dialect;
    int items;
    const char *ending;
} readers[] = {{XP_DIALECT_C, 0, "c"},         {XP_DIALECT_C, 1, "c"},         {XP_DIALECT_OPENCL, 0, "cl"},
               {XP_DIALECT_OPENCL, 1, "cl"},   {XP_DIALECT_OPENCL, 256, "cl"}, {XP_DIALECT_OPENCL, 16, "cl"},
               {XP_DIALECT_CUDA, 0, "cu"},     {XP_DIALECT_CUDA, 256, "cu"}};

static bool has_bodies(const xp_kernel *kernel, int items)
{
    return items == 0 || (items == 1 ? kernel->processor_text : kernel->group_text);
}

static int write_one(const char *folder, const xp_kernel *kernel, int dtype, size_t reader)
{
    char path[1000];
    const int items = readers[reader].items;
    snprintf(path, sizeof path, "%s/%s.%s.%d.%s", folder, kernel->name, xp_dtype_name(dtype), items,
             readers[reader].ending);
    char *text = xp_kernel_source(kernel, readers[reader].dialect, dtype, items);
    FILE *file = text ? fopen(path, "w") : NULL;
    int status = file && fputs(text, file) >= 0 ? 0 : 1;
    if (file && fclose(file) != 0)
        status = 1;
    xp_dealloc(text);
    if (status == 0)
        puts(path);
    return status;
}

int main(int count, char **arguments)
{
    static const xp_kernel *const kernels[] = {KERNELS(ADDRESS)};
    int status = count == 2 ? 0 : 2;
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0] && status == 0; i++)
        for (int d = 0; d < kernels[i]->n_dtypes; d++)
            for (size_t reader = 0; reader < sizeof readers / sizeof readers[0]; reader++)
                if (has_bodies(kernels[i], readers[reader].items))
                    status |= write_one(arguments[1], kernels[i], kernels[i]->dtypes[d], reader);
    return status;
}
