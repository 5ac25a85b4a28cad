/* Writing beside a file and taking its place in one step, so that nobody ever sees a part of it.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* realpath, fchmod */

#include "files/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef PATH_MAX /* realpath writes as much at most */
_Static_assert(NEW_FILE_PATH >= PATH_MAX, "a resolved path does not fit");
#endif

/* How often another name is tried if one is taken. */
#define ATTEMPTS 100

/* A name that no other thread or process uses, in the target's folder and short, whatever the target's is. */
static bool choose_name(new_file *file)
{
    static atomic_uint number;
    const char *slash = strrchr(file->target, '/');
    int folder = slash ? (int)(slash - file->target) + 1 : 0;
    int length = snprintf(file->temporary, sizeof file->temporary, "%.*s.scixp-%ld-%u.part", folder, file->target,
                          (long)getpid(), atomic_fetch_add(&number, 1));
    if (length < (int)sizeof file->temporary)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

/* A descriptor of a fresh file; -1 with errno set. */
static int create(new_file *file)
{
    int descriptor = -1;
    for (int i = 0; i < ATTEMPTS && descriptor < 0; i++) {
        if (!choose_name(file))
            return -1;
        descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno != EEXIST)
            return -1;
    }
    return descriptor;
}

/* Beside the target; `facts` are those of the file that is there already, or NULL. */
static FILE *open_beside(new_file *file, const struct stat *facts)
{
    if (facts && access(file->target, W_OK) != 0)
        return NULL;
    int descriptor = create(file);
    if (descriptor < 0)
        return NULL;
    bool has_mode = !facts || fchmod(descriptor, facts->st_mode & 07777) == 0;
    FILE *stream = has_mode ? fdopen(descriptor, "wb") : NULL;
    if (!stream) {
        close(descriptor);
        unlink(file->temporary);
    }
    return stream;
}

bool new_file_open(new_file *file, const file_name *name)
{
    struct stat facts;
    if (!file_check_path(name))
        return false;
    file->name = *name;
    file->temporary[0] = '\0';
    errno = 0;
    bool exists = stat(name->path, &facts) == 0;
    if (exists && !S_ISREG(facts.st_mode)) {
        file->file = fopen(name->path, "wb");
    } else if (exists && !realpath(name->path, file->target)) {
        file->file = NULL;
    } else if (!exists && strlen(name->path) >= sizeof file->target) {
        errno = ENAMETOOLONG;
        file->file = NULL;
    } else {
        if (!exists)
            strcpy(file->target, name->path);
        file->file = open_beside(file, exists ? &facts : NULL);
    }
    return file->file || file_fail_system(name, "cannot be opened for writing");
}

bool new_file_close(new_file *file, bool is_whole)
{
    errno = 0;
    if (fclose(file->file) != 0 && is_whole)
        is_whole = file_fail_system(&file->name, "cannot be written");
    if (!file->temporary[0])
        return is_whole;
    if (is_whole && rename(file->temporary, file->target) != 0)
        is_whole = file_fail_system(&file->name, "cannot be put in its place");
    if (!is_whole)
        unlink(file->temporary);
    return is_whole;
}
