/* The directory at the end of a zip archive. Nothing in it is believed before it has been held against the file.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <limits.h>
#include <string.h>

#include "core/alloc.h"
#include "files/zip.h"

/* ---- reading ----------------------------------------------------------------------------------------------------- */

uint64_t zip_number(const void *at, int bytes)
{
    const unsigned char *from = at;
    uint64_t value = 0;
    for (int i = bytes; i-- > 0;)
        value = value << 8 | from[i];
    return value;
}

static bool seek_and_read(FILE *file, const file_name *name, uint64_t at, void *memory, size_t bytes)
{
    return fseeko(file, (off_t)at, SEEK_SET) == 0 ? file_read(file, name, memory, bytes)
                                                  : file_fail_system(name, "cannot be read");
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

/* What the records at the end say of the directory. */
typedef struct summary {
    uint64_t count, bytes, start;
    uint64_t limit; /* where the first of these records is: the directory ends before it */
} summary;

static bool damaged(const file_name *name)
{
    return file_fail(name, XP_ERROR_IO, "its directory is damaged");
}

/* The end record in the last bytes of a file: behind it stands a comment of the length that it tells. NULL: there is
 * none. */
static const char *find_end(const char *tail, size_t bytes)
{
    for (size_t comment = 0; comment + ZIP_END_BYTES <= bytes; comment++) {
        const char *at = tail + bytes - comment - ZIP_END_BYTES;
        if (zip_number(at, 4) == ZIP_END && zip_number(at + 20, 2) == comment)
            return at;
    }
    return NULL;
}

/* The same numbers with 64 bits, from the record that a locator just before the end record points to. */
static bool read_end_64(FILE *file, const file_name *name, const char *locator, summary *found)
{
    char record[ZIP_END_64_BYTES];
    uint64_t at = zip_number(locator + 8, 8);
    if (zip_number(locator, 4) != ZIP_LOCATOR_64 || found->limit < ZIP_LOCATOR_64_BYTES + ZIP_END_64_BYTES ||
        at > found->limit - ZIP_LOCATOR_64_BYTES - ZIP_END_64_BYTES)
        return damaged(name);
    if (!seek_and_read(file, name, at, record, sizeof record))
        return false;
    if (zip_number(record, 4) != ZIP_END_64)
        return damaged(name);
    *found = (summary){zip_number(record + 32, 8), zip_number(record + 40, 8), zip_number(record + 48, 8), at};
    return true;
}

static bool read_end(FILE *file, uint64_t bytes, const file_name *name, char *tail, size_t tail_bytes, summary *found)
{
    if (!seek_and_read(file, name, bytes - tail_bytes, tail, tail_bytes))
        return false;
    const char *end = find_end(tail, tail_bytes);
    if (!end)
        return file_fail(name, XP_ERROR_IO, "is no .npz file");
    *found = (summary){zip_number(end + 10, 2), zip_number(end + 12, 4), zip_number(end + 16, 4),
                       bytes - tail_bytes + (uint64_t)(end - tail)};
    if (found->count < ZIP_FULL_16 && found->bytes < ZIP_FULL_32 && found->start < ZIP_FULL_32)
        return true;
    return end - tail >= ZIP_LOCATOR_64_BYTES ? read_end_64(file, name, end - ZIP_LOCATOR_64_BYTES, found)
                                              : damaged(name);
}

static bool find_directory(FILE *file, uint64_t bytes, const file_name *name, summary *found)
{
    const size_t most = ZIP_FULL_16 + ZIP_END_BYTES + ZIP_LOCATOR_64_BYTES;
    size_t tail_bytes = bytes < most ? (size_t)bytes : most;
    char *tail = xp_alloc(tail_bytes, 1);
    if (!tail)
        return file_fail(name, XP_ERROR_MEMORY, "out of memory");
    bool success = read_end(file, bytes, name, tail, tail_bytes, found);
    xp_dealloc(tail);
    if (!success)
        return false;
    return (found->start <= found->limit && found->bytes <= found->limit - found->start &&
            found->count <= found->bytes / ZIP_CENTRAL_BYTES && found->count <= INT_MAX) ||
           damaged(name);
}

/* ---- entries ----------------------------------------------------------------------------------------------------- */

/* Sizes and offset that did not fit into 32 bits stand in this order in an extra field, those alone. */
static bool read_extra_64(zip_entry *entry, const char *extra, size_t bytes)
{
    uint64_t *wide[3] = {&entry->bytes, &entry->packed, &entry->offset};
    while (bytes >= 4) {
        size_t id = (size_t)zip_number(extra, 2), length = (size_t)zip_number(extra + 2, 2);
        extra += 4;
        bytes -= 4;
        if (length > bytes)
            return false;
        for (int i = 0; i < 3 && id == ZIP_EXTRA_64; i++) {
            if (*wide[i] != ZIP_FULL_32)
                continue;
            if (length < 8)
                return false;
            *wide[i] = zip_number(extra, 8);
            extra += 8;
            bytes -= 8;
            length -= 8;
        }
        extra += length;
        bytes -= length;
    }
    return true;
}

/* The name without its ending; none if it is not that of an array. */
static void take_name(zip_entry *entry, char *name, size_t bytes)
{
    if (bytes < 4 || memcmp(name + bytes - 4, ".npy", 4) != 0)
        return;
    name[bytes - 4] = '\0';
    entry->name = name;
}

/* The record at `at`; 0 if it is damaged, else its length. Entries that are no arrays have no name. */
static size_t read_entry(char *at, size_t room, zip_entry *entry)
{
    if (room < ZIP_CENTRAL_BYTES || zip_number(at, 4) != ZIP_CENTRAL)
        return 0;
    size_t name = (size_t)zip_number(at + 28, 2), extra = (size_t)zip_number(at + 30, 2);
    size_t comment = (size_t)zip_number(at + 32, 2);
    if (name + extra + comment > room - ZIP_CENTRAL_BYTES)
        return 0;
    *entry = (zip_entry){.flags = (uint16_t)zip_number(at + 8, 2),
                         .method = (uint16_t)zip_number(at + 10, 2),
                         .crc = (uint32_t)zip_number(at + 16, 4),
                         .packed = zip_number(at + 20, 4),
                         .bytes = zip_number(at + 24, 4),
                         .offset = zip_number(at + 42, 4)};
    char *text = at + ZIP_CENTRAL_BYTES;
    if (memchr(text, '\0', name) || !read_extra_64(entry, text + name, extra))
        return 0;
    take_name(entry, text, name);
    return ZIP_CENTRAL_BYTES + name + extra + comment;
}

static bool read_entries(zip_directory *directory, const summary *found, const file_name *name)
{
    char *at = directory->memory, *end = at + found->bytes;
    for (uint64_t i = 0; i < found->count; i++) {
        zip_entry *entry = &directory->entries[directory->count];
        size_t length = read_entry(at, (size_t)(end - at), entry);
        if (length == 0)
            return damaged(name);
        at += length;
        directory->count += entry->name != NULL;
    }
    return true;
}

bool zip_read_directory(FILE *file, uint64_t bytes, const file_name *name, zip_directory *directory)
{
    summary found = {0, 0, 0, 0};
    *directory = (zip_directory){.memory = NULL};
    if (!find_directory(file, bytes, name, &found))
        return false;
    directory->start = found.start;
    directory->memory = xp_alloc((size_t)found.bytes, 1);
    directory->entries = xp_alloc((size_t)found.count, sizeof *directory->entries);
    bool success = directory->memory && directory->entries;
    if (!success)
        file_fail(name, XP_ERROR_MEMORY, "out of memory");
    success = success && seek_and_read(file, name, found.start, directory->memory, (size_t)found.bytes) &&
              read_entries(directory, &found, name);
    if (!success)
        zip_forget_directory(directory);
    return success;
}

void zip_forget_directory(zip_directory *directory)
{
    xp_dealloc(directory->memory);
    xp_dealloc(directory->entries);
    *directory = (zip_directory){.memory = NULL};
}
