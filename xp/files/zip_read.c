/* Members of a zip archive as bytes: stored or deflated, their sizes and checksums checked.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "files/zip.h"

#define INPUT_BYTES ((size_t)1 << 16)

/* The most that a byte of deflated data can become. Source: https://zlib.net/zlib_tech.html, "Maximum Compression
 * Factor". */
#define MOST_PER_BYTE 1032

void *zip_allocate(void *context, unsigned count, unsigned size)
{
    (void)context;
    return xp_alloc(count, size);
}

void zip_release(void *context, void *memory)
{
    (void)context;
    xp_dealloc(memory);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

static bool read_stored(byte_source *source, void *memory, size_t bytes)
{
    zip_member *member = (zip_member *)source;
    source->left -= bytes;
    if (bytes == 0) /* for no memory at all, crc32 would start afresh */
        return true;
    if (!file_read(member->file, &source->name, memory, bytes))
        return false;
    member->crc = (uint32_t)crc32_z(member->crc, memory, bytes);
    return true;
}

/* Deflated bytes for zlib where it has none and there are more. */
static bool refill(zip_member *member)
{
    size_t bytes = member->packed_left < INPUT_BYTES ? (size_t)member->packed_left : INPUT_BYTES;
    if (member->stream.avail_in > 0 || bytes == 0)
        return true;
    member->packed_left -= bytes;
    member->stream.next_in = member->input;
    member->stream.avail_in = (unsigned)bytes;
    return file_read(member->file, &member->source.name, member->input, bytes);
}

static bool inflate_failed(const zip_member *member, int status)
{
    const file_name *name = &member->source.name;
    switch (status) {
    case Z_MEM_ERROR: return file_fail(name, XP_ERROR_MEMORY, "out of memory");
    case Z_BUF_ERROR: return file_fail(name, XP_ERROR_IO, "its compressed data is cut off");
    case Z_STREAM_END: return file_fail(name, XP_ERROR_IO, "is shorter than it says");
    default: return file_fail(name, XP_ERROR_IO, "its compressed data is damaged");
    }
}

static bool inflate_piece(zip_member *member, void *memory, size_t bytes)
{
    z_stream *stream = &member->stream;
    stream->next_out = memory;
    stream->avail_out = (unsigned)bytes;
    while (stream->avail_out > 0) {
        if (!refill(member))
            return false;
        int status = inflate(stream, Z_NO_FLUSH);
        if (status != Z_OK && (status != Z_STREAM_END || stream->avail_out > 0))
            return inflate_failed(member, status);
    }
    member->crc = (uint32_t)crc32_z(member->crc, memory, bytes);
    return true;
}

static bool read_deflated(byte_source *source, void *memory, size_t bytes)
{
    zip_member *member = (zip_member *)source;
    source->left -= bytes;
    for (size_t at = 0; at < bytes;) {
        size_t piece = bytes - at < ZIP_MOST_AT_ONCE ? bytes - at : ZIP_MOST_AT_ONCE;
        if (!inflate_piece(member, (char *)memory + at, piece))
            return false;
        at += piece;
    }
    return true;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static bool check_entry(const file_name *name, const zip_entry *entry)
{
    if (entry->flags & ZIP_ENCRYPTED)
        return file_fail(name, XP_ERROR_IO, "is encrypted");
    if (entry->method != ZIP_STORED && entry->method != ZIP_DEFLATED)
        return file_fail(name, XP_ERROR_IO, "is compressed by a method other than deflate");
    if (entry->method == ZIP_STORED && entry->packed != entry->bytes)
        return file_fail(name, XP_ERROR_IO, "its sizes do not fit together");
    if (entry->method == ZIP_DEFLATED && entry->bytes / MOST_PER_BYTE > entry->packed)
        return file_fail(name, XP_ERROR_IO, "its data cannot be as large as it says");
    return true;
}

/* Whether the local header at the entry's offset is that of the entry. Leaves the file at the member's first byte. */
static bool pass_local_header(FILE *file, const file_name *name, const zip_directory *directory, const zip_entry *entry)
{
    unsigned char record[ZIP_LOCAL_BYTES];
    char text[ZIP_FULL_16];
    const size_t stem = strlen(entry->name);
    if (directory->start < sizeof record || entry->offset > directory->start - sizeof record)
        return file_fail(name, XP_ERROR_IO, "is not where the directory says");
    if (fseeko(file, (off_t)entry->offset, SEEK_SET) != 0)
        return file_fail_system(name, "cannot be read");
    if (!file_read(file, name, record, sizeof record))
        return false;
    const size_t name_bytes = (size_t)zip_number(record + 26, 2), extra_bytes = (size_t)zip_number(record + 28, 2);
    const uint64_t room = directory->start - entry->offset - sizeof record;
    if (zip_number(record, 4) != ZIP_LOCAL || name_bytes != stem + 4 || name_bytes + extra_bytes > room ||
        entry->packed > room - name_bytes - extra_bytes)
        return file_fail(name, XP_ERROR_IO, "is not where the directory says");
    if (!file_read(file, name, text, name_bytes))
        return false;
    if (memcmp(text, entry->name, stem) != 0 || memcmp(text + stem, ".npy", 4) != 0)
        return file_fail(name, XP_ERROR_IO, "has another name than in the directory");
    return fseeko(file, (off_t)extra_bytes, SEEK_CUR) == 0 || file_fail_system(name, "cannot be read");
}

static bool start_inflating(zip_member *member)
{
    member->input = xp_alloc(INPUT_BYTES, 1);
    member->stream.zalloc = zip_allocate;
    member->stream.zfree = zip_release;
    if (member->input && inflateInit2(&member->stream, -MAX_WBITS) == Z_OK)
        return true;
    xp_dealloc(member->input);
    return file_fail(&member->source.name, XP_ERROR_MEMORY, "out of memory");
}

bool zip_open_member(zip_member *member, FILE *file, const file_name *name, const zip_directory *directory,
                     const zip_entry *entry)
{
    if (!check_entry(name, entry) || !pass_local_header(file, name, directory, entry))
        return false;
    *member = (zip_member){.source = {.read = read_stored, .left = entry->bytes, .name = *name},
                           .file = file,
                           .entry = entry,
                           .packed_left = entry->packed};
    if (entry->method == ZIP_STORED)
        return true;
    member->source.read = read_deflated;
    return start_inflating(member);
}

/* ---- closing ----------------------------------------------------------------------------------------------------- */

static bool read_the_rest(zip_member *member)
{
    char piece[4096];
    byte_source *source = &member->source;
    while (source->left > 0)
        if (!source->read(source, piece, source->left < sizeof piece ? (size_t)source->left : sizeof piece))
            return false;
    return true;
}

/* Deflated data says itself where it ends: there must be nothing more, neither of it nor behind it. */
static bool check_end(zip_member *member)
{
    char surplus;
    z_stream *stream = &member->stream;
    int status = Z_OK;
    while (status == Z_OK) {
        if (!refill(member))
            return false;
        stream->next_out = (unsigned char *)&surplus;
        stream->avail_out = 1;
        status = inflate(stream, Z_NO_FLUSH);
        if (stream->avail_out == 0)
            return file_fail(&member->source.name, XP_ERROR_IO, "is longer than it says");
    }
    if (status != Z_STREAM_END)
        return inflate_failed(member, status);
    return (stream->avail_in == 0 && member->packed_left == 0) ||
           file_fail(&member->source.name, XP_ERROR_IO, "its sizes do not fit together");
}

bool zip_close_member(zip_member *member, bool is_good)
{
    is_good = is_good && read_the_rest(member);
    if (member->input) {
        is_good = is_good && check_end(member);
        inflateEnd(&member->stream);
        xp_dealloc(member->input);
    }
    if (is_good && member->crc != member->entry->crc)
        is_good = file_fail(&member->source.name, XP_ERROR_IO, "its checksum is wrong");
    return is_good;
}
