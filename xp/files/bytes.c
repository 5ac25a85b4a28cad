/* Reading and writing files, and saying what went wrong.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "files/bytes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "scixp/xp/scope.h"

bool file_fail(const file_name *name, xp_status code, const char *problem)
{
    const char *member = name->member ? name->member : "", *colon = name->member ? ": " : "";
    xp_fail(code, name->function, "path", "%s: %s: %s%s%s", name->function, name->path, member, colon, problem);
    return false;
}

bool file_fail_system(const file_name *name, const char *what)
{
    char problem[256];
    snprintf(problem, sizeof problem, "%s: %s", what, errno ? strerror(errno) : "unknown reason");
    return file_fail(name, XP_ERROR_IO, problem);
}

bool file_check_path(const file_name *name)
{
    if (name->path)
        return true;
    xp_fail(XP_ERROR_VALUE, name->function, "path", "%s: path is not given", name->function);
    return false;
}

FILE *file_open(const file_name *name, uint64_t *bytes)
{
    struct stat facts;
    if (!file_check_path(name))
        return NULL;
    errno = 0;
    FILE *file = fopen(name->path, "rb");
    if (!file) {
        file_fail_system(name, "cannot be opened");
        return NULL;
    }
    if (fstat(fileno(file), &facts) == 0 && S_ISREG(facts.st_mode)) {
        *bytes = (uint64_t)facts.st_size;
        return file;
    }
    file_fail(name, XP_ERROR_IO, "is no regular file");
    fclose(file);
    return NULL;
}

bool file_read(FILE *file, const file_name *name, void *memory, size_t bytes)
{
    errno = 0;
    return bytes == 0 || fread(memory, 1, bytes, file) == bytes || file_fail_system(name, "cannot be read");
}

bool file_write(FILE *file, const file_name *name, const void *memory, size_t bytes)
{
    errno = 0;
    return bytes == 0 || fwrite(memory, 1, bytes, file) == bytes || file_fail_system(name, "cannot be written");
}
