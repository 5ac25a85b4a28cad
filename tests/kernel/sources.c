/* Writes the text of every kernel, as each dialect's compiler gets it, into a folder: NAME.DTYPE.c, .cl, .cu.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "core/alloc.h"
#include "core/dtype.h"
#include "kernel/kernel.h"

/* KERNELS(X): X(name) for each kernel of the library, from the build. */
#define DECLARE(name) extern const xp_kernel name##_kernel;
#define ADDRESS(name) &name##_kernel,
KERNELS(DECLARE)

static int write_one(const char *folder, const xp_kernel *kernel, int dtype, xp_dialect dialect, const char *ending)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s.%s.%s", folder, kernel->name, xp_dtype_name(dtype), ending);
    char *text = xp_kernel_source(kernel, dialect, dtype);
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
        for (int d = 0; d < kernels[i]->n_dtypes && status == 0; d++)
            status = write_one(arguments[1], kernels[i], kernels[i]->dtypes[d], XP_DIALECT_C, "c") |
                     write_one(arguments[1], kernels[i], kernels[i]->dtypes[d], XP_DIALECT_OPENCL, "cl") |
                     write_one(arguments[1], kernels[i], kernels[i]->dtypes[d], XP_DIALECT_CUDA, "cu");
    return status;
}
