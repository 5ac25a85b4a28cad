/* Arrays from and to NumPy's .npz files.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "files/npz.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/thread.h"
#include "files/npy.h"
#include "files/zip.h"

#define NAME_MOST (ZIP_FULL_16 - 4) /* with ".npy" behind it */

/* ---- reading ----------------------------------------------------------------------------------------------------- */

struct xp_npz {
    FILE *file;
    char *path;
    zip_directory directory;
};

static char *copy_of(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = xp_alloc(bytes, 1);
    return copy ? memcpy(copy, text, bytes) : NULL;
}

static bool open_archive(xp_npz *archive, const file_name *name)
{
    uint64_t bytes;
    *archive = (xp_npz){.file = file_open(name, &bytes)};
    if (!archive->file)
        return false;
    archive->path = copy_of(name->path);
    if (!archive->path)
        file_fail(name, XP_ERROR_MEMORY, "out of memory");
    if (archive->path && zip_read_directory(archive->file, bytes, name, &archive->directory))
        return true;
    fclose(archive->file);
    xp_dealloc(archive->path);
    return false;
}

static void close_archive(xp_npz *archive)
{
    zip_forget_directory(&archive->directory);
    fclose(archive->file);
    xp_dealloc(archive->path);
}

static const zip_entry *find(const xp_npz *archive, const char *name)
{
    for (int i = archive->directory.count; i-- > 0;)
        if (strcmp(archive->directory.entries[i].name, name) == 0)
            return &archive->directory.entries[i];
    return NULL;
}

static xp_array *read_member(xp_npz *archive, const char *name, const struct xp_device *device, const char *function)
{
    if (!name)
        return xp_fail(XP_ERROR_VALUE, function, "name", "%s: name is not given", function);
    const file_name member_name = {function, archive->path, name};
    const zip_entry *entry = find(archive, name);
    if (!entry)
        return xp_fail(XP_ERROR_VALUE, function, "name", "%s: %s: has no array \"%s\"", function, archive->path, name);
    zip_member member;
    if (!zip_open_member(&member, archive->file, &member_name, &archive->directory, entry))
        return xp_failed();
    xp_scope scope = xp_scope_open();
    xp_array *x = npy_read(&member.source, device);
    if (!zip_close_member(&member, !xp_is_failed(x)))
        x = xp_failed();
    return xp_scope_return(scope, x);
}

xp_array *xp_read_npz(const char *path, const char *name, const struct xp_device *device)
{
    xp_npz archive;
    if (!open_archive(&archive, &(file_name){"read_npz", path, NULL}))
        return xp_failed();
    xp_array *x = read_member(&archive, name, device, "read_npz");
    close_archive(&archive);
    return x;
}

xp_npz *xp_npz_open(const char *path)
{
    const file_name name = {"npz_open", path, NULL};
    xp_npz *archive = xp_alloc(1, sizeof *archive);
    if (!archive) {
        xp_fail_message(XP_ERROR_MEMORY, "npz_open", NULL, "npz_open: out of memory");
        return NULL;
    }
    if (open_archive(archive, &name))
        return archive;
    xp_dealloc(archive);
    return NULL;
}

int xp_npz_count(const xp_npz *archive)
{
    return archive ? archive->directory.count : 0;
}

const char *xp_npz_name(const xp_npz *archive, int index)
{
    return index >= 0 && index < xp_npz_count(archive) ? archive->directory.entries[index].name : NULL;
}

xp_array *xp_npz_read(xp_npz *archive, const char *name, const struct xp_device *device)
{
    if (!archive)
        return xp_fail(XP_ERROR_VALUE, "npz_read", "archive", "npz_read: archive is not given");
    return read_member(archive, name, device, "npz_read");
}

void xp_npz_close(xp_npz *archive)
{
    if (!archive)
        return;
    close_archive(archive);
    xp_dealloc(archive);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The first name that is there twice; NULL with `*success` unless memory is exhausted. */
static const char *find_twin(const char *const *names, int count, bool *success)
{
    const char **sorted = xp_alloc((size_t)count, sizeof *sorted), *twin = NULL;
    *success = sorted != NULL;
    if (!sorted)
        return NULL;
    memcpy(sorted, names, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, compare_names);
    for (int i = 1; i < count && !twin; i++)
        twin = strcmp(sorted[i - 1], sorted[i]) == 0 ? sorted[i] : NULL;
    xp_dealloc(sorted);
    return twin;
}

static bool check_names(const char *const *names, int count)
{
    bool success;
    for (int i = 0; i < count; i++)
        if (!names[i] || strlen(names[i]) > NAME_MOST) {
            xp_fail(XP_ERROR_VALUE, "write_npz", "names", "write_npz: name %d is %s", i,
                    names[i] ? "too long" : "not given");
            return false;
        }
    const char *twin = find_twin(names, count, &success);
    if (twin)
        xp_fail(XP_ERROR_VALUE, "write_npz", "names", "write_npz: the name \"%s\" is given twice", twin);
    else if (!success)
        xp_fail_message(XP_ERROR_MEMORY, "write_npz", NULL, "write_npz: out of memory");
    return success && !twin;
}

static bool check_arrays(xp_array *const *arrays, int count)
{
    if (count < 0 || (count > 0 && !arrays)) {
        xp_fail(XP_ERROR_VALUE, "write_npz", "arrays", "write_npz: arrays are %d, expected 0 or more", count);
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!arrays[i])
            xp_fail(XP_ERROR_VALUE, "write_npz", "arrays", "write_npz: array %d is not given", i);
        else if (xp_is_failed(arrays[i]))
            xp_fail_again();
        if (!xp_ok(arrays[i]))
            return false;
    }
    return true;
}

/* One array; what it needs on the way belongs to a scope of its own. */
static bool write_member(zip_writer *writer, const char *name, xp_array *x)
{
    npy_content content;
    xp_scope scope = xp_scope_open();
    bool success = npy_prepare(x, "write_npz", &content) && zip_begin_member(writer, name, content.bytes) &&
                   npy_write(&writer->sink, &content) && zip_end_member(writer, name);
    return xp_scope_close(scope) == XP_OK && success;
}

static bool write_members(new_file *file, const char *const *names, xp_array *const *arrays, int count,
                          bool compressed, uint64_t large)
{
    char number[32];
    zip_writer writer;
    bool success = zip_start(&writer, file, compressed, large);
    for (int i = 0; success && i < count; i++) {
        snprintf(number, sizeof number, "arr_%d", i);
        success = write_member(&writer, names ? names[i] : number, arrays[i]);
    }
    success = success && zip_finish(&writer);
    zip_forget_writer(&writer);
    return success;
}

xp_status npz_write(const char *path, const char *const *names, xp_array *const *arrays, int count, bool compressed,
                    uint64_t large)
{
    new_file file;
    if (!check_arrays(arrays, count) || (names && !check_names(names, count)))
        return xp_error_code();
    if (!new_file_open(&file, &(file_name){"write_npz", path, NULL}))
        return xp_error_code();
    bool success = write_members(&file, names, arrays, count, compressed, large);
    return new_file_close(&file, success) ? XP_OK : xp_error_code();
}

xp_status xp_write_npz(const char *path, const char *const *names, xp_array *const *arrays, int count, bool compressed)
{
    return npz_write(path, names, arrays, count, compressed, ZIP_LARGE);
}
