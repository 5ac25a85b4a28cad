/* Writing zip archives: members one after the other, then the directory. 64-bit sizes only where they are needed, so
 * that what is small can be read by everything.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "core/alloc.h"
#include "files/zip.h"

#define OUTPUT_BYTES ((size_t)1 << 16)

#define VERSION 20        /* of the format: deflate */
#define VERSION_64 45     /* 64-bit sizes */
#define MADE_BY_UNIX 0x0300
#define MODE 0100644u     /* a regular file, for those that unpack it */
#define DATE 0x21         /* the first of January 1980, as NumPy has it: the same arrays give the same file */

/* ---- records ----------------------------------------------------------------------------------------------------- */

/* A record under construction; no record is longer. */
typedef struct record {
    unsigned char bytes[96];
    size_t length;
} record;

static void put(record *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to->bytes[to->length++] = (unsigned char)(value >> 8 * i);
}

static bool emit(zip_writer *writer, const void *memory, size_t bytes)
{
    writer->at += bytes;
    return file_write(writer->file->file, &writer->sink.name, memory, bytes);
}

static uint64_t at_most(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

static unsigned flags_of(const char *name)
{
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at >= 0x80)
            return ZIP_UTF8;
    return 0;
}

static bool is_large(const zip_writer *writer)
{
    return writer->bytes >= writer->large;
}

/* What local headers and the directory have in common. Sizes of large members stand in an extra field alone. */
static void put_facts(record *to, const zip_writer *writer, const char *name, size_t extra_bytes, bool needs_64)
{
    bool is_wide = is_large(writer);
    put(to, needs_64 ? VERSION_64 : VERSION, 2);
    put(to, flags_of(name), 2);
    put(to, writer->deflates ? ZIP_DEFLATED : ZIP_STORED, 2);
    put(to, 0, 2); /* midnight */
    put(to, DATE, 2);
    put(to, writer->crc, 4);
    put(to, is_wide ? ZIP_FULL_32 : writer->packed, 4);
    put(to, is_wide ? ZIP_FULL_32 : writer->bytes, 4);
    put(to, strlen(name) + 4, 2);
    put(to, extra_bytes, 2);
}

static void put_sizes_64(record *to, const zip_writer *writer)
{
    put(to, writer->bytes, 8);
    put(to, writer->packed, 8);
}

static bool emit_local_header(zip_writer *writer, const char *name)
{
    record header = {.length = 0}, extra = {.length = 0};
    put(&header, ZIP_LOCAL, 4);
    put_facts(&header, writer, name, is_large(writer) ? 20 : 0, is_large(writer));
    if (is_large(writer)) {
        put(&extra, ZIP_EXTRA_64, 2);
        put(&extra, 16, 2);
        put_sizes_64(&extra, writer);
    }
    return emit(writer, header.bytes, header.length) && emit(writer, name, strlen(name)) && emit(writer, ".npy", 4) &&
           emit(writer, extra.bytes, extra.length);
}

/* ---- the directory ----------------------------------------------------------------------------------------------- */

static bool append(zip_writer *writer, const void *memory, size_t bytes)
{
    if (bytes == 0)
        return true;
    if (bytes > writer->directory_room - writer->directory_bytes) {
        size_t room = 2 * writer->directory_room + bytes + 1024;
        unsigned char *grown = xp_realloc(writer->directory, room, 1);
        if (!grown)
            return file_fail(&writer->sink.name, XP_ERROR_MEMORY, "out of memory");
        writer->directory = grown;
        writer->directory_room = room;
    }
    memcpy(writer->directory + writer->directory_bytes, memory, bytes);
    writer->directory_bytes += bytes;
    return true;
}

static bool list_member(zip_writer *writer, const char *name, uint64_t offset)
{
    record entry = {.length = 0}, extra = {.length = 0};
    bool is_far = offset >= writer->large;
    if (is_large(writer) || is_far) {
        put(&extra, ZIP_EXTRA_64, 2);
        put(&extra, (is_large(writer) ? 16 : 0) + (is_far ? 8 : 0), 2);
        if (is_large(writer))
            put_sizes_64(&extra, writer);
        if (is_far)
            put(&extra, offset, 8);
    }
    put(&entry, ZIP_CENTRAL, 4);
    put(&entry, MADE_BY_UNIX | VERSION_64, 2);
    put_facts(&entry, writer, name, extra.length, extra.length > 0);
    put(&entry, 0, 2); /* comment */
    put(&entry, 0, 2); /* disk */
    put(&entry, 0, 2); /* internal attributes */
    put(&entry, (uint64_t)MODE << 16, 4);
    put(&entry, is_far ? ZIP_FULL_32 : offset, 4);
    writer->count++;
    return append(writer, entry.bytes, entry.length) && append(writer, name, strlen(name)) &&
           append(writer, ".npy", 4) && append(writer, extra.bytes, extra.length);
}

static bool emit_end_64(zip_writer *writer, uint64_t start)
{
    record end = {.length = 0};
    const uint64_t at = writer->at;
    put(&end, ZIP_END_64, 4);
    put(&end, ZIP_END_64_BYTES - 12, 8); /* of what follows */
    put(&end, MADE_BY_UNIX | VERSION_64, 2);
    put(&end, VERSION_64, 2);
    put(&end, 0, 8); /* this disk, the directory's */
    put(&end, writer->count, 8);
    put(&end, writer->count, 8);
    put(&end, writer->directory_bytes, 8);
    put(&end, start, 8);
    put(&end, ZIP_LOCATOR_64, 4);
    put(&end, 0, 4);
    put(&end, at, 8);
    put(&end, 1, 4); /* disks */
    return emit(writer, end.bytes, end.length);
}

bool zip_finish(zip_writer *writer)
{
    record end = {.length = 0};
    const uint64_t start = writer->at;
    if (!emit(writer, writer->directory, writer->directory_bytes))
        return false;
    if ((writer->count >= ZIP_FULL_16 || writer->at >= writer->large) && !emit_end_64(writer, start))
        return false;
    put(&end, ZIP_END, 4);
    put(&end, 0, 4); /* this disk, the directory's */
    put(&end, at_most(writer->count, ZIP_FULL_16), 2);
    put(&end, at_most(writer->count, ZIP_FULL_16), 2);
    put(&end, at_most(writer->directory_bytes, ZIP_FULL_32), 4);
    put(&end, start >= writer->large ? ZIP_FULL_32 : start, 4);
    put(&end, 0, 2); /* comment */
    return emit(writer, end.bytes, end.length);
}

/* ---- members ----------------------------------------------------------------------------------------------------- */

static bool write_stored(byte_sink *sink, const void *memory, size_t bytes)
{
    zip_writer *writer = (zip_writer *)sink;
    if (bytes == 0) /* for no memory at all, crc32 would start afresh */
        return true;
    writer->crc = (uint32_t)crc32_z(writer->crc, memory, bytes);
    writer->packed += bytes;
    return emit(writer, memory, bytes);
}

/* Hands zlib's input on until it is used up, or, at the end, until everything is out. */
static bool deflate_all(zip_writer *writer, int flush)
{
    z_stream *stream = &writer->stream;
    int status;
    do {
        stream->next_out = writer->output;
        stream->avail_out = (unsigned)OUTPUT_BYTES;
        status = deflate(stream, flush);
        size_t made = OUTPUT_BYTES - stream->avail_out;
        writer->packed += made;
        if (!emit(writer, writer->output, made))
            return false;
    } while (flush == Z_FINISH ? status == Z_OK : stream->avail_out == 0);
    return true;
}

static bool write_deflated(byte_sink *sink, const void *memory, size_t bytes)
{
    zip_writer *writer = (zip_writer *)sink;
    if (bytes == 0) /* for no memory at all, crc32 would start afresh */
        return true;
    writer->crc = (uint32_t)crc32_z(writer->crc, memory, bytes);
    for (size_t at = 0; at < bytes;) {
        size_t piece = bytes - at < ZIP_MOST_AT_ONCE ? bytes - at : ZIP_MOST_AT_ONCE;
        writer->stream.next_in = (unsigned char *)(uintptr_t)memory + at;
        writer->stream.avail_in = (unsigned)piece;
        if (!deflate_all(writer, Z_NO_FLUSH))
            return false;
        at += piece;
    }
    return true;
}

bool zip_start(zip_writer *writer, new_file *file, bool deflates, uint64_t large)
{
    *writer = (zip_writer){.sink = {.write = deflates ? write_deflated : write_stored, .name = file->name},
                           .file = file, .deflates = deflates, .large = large};
    if (!deflates)
        return true;
    writer->output = xp_alloc(OUTPUT_BYTES, 1);
    writer->stream.zalloc = zip_allocate;
    writer->stream.zfree = zip_release;
    if (writer->output && deflateInit2(&writer->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                                       Z_DEFAULT_STRATEGY) == Z_OK)
        return true;
    xp_dealloc(writer->output);
    writer->output = NULL;
    return file_fail(&file->name, XP_ERROR_MEMORY, "out of memory");
}

bool zip_begin_member(zip_writer *writer, const char *name, uint64_t bytes)
{
    writer->bytes = bytes;
    writer->packed = 0;
    writer->crc = 0;
    if (writer->deflates)
        deflateReset(&writer->stream);
    return emit_local_header(writer, name);
}

/* The header is written once more, now that checksum and size are known. */
bool zip_end_member(zip_writer *writer, const char *name)
{
    if (writer->deflates && !deflate_all(writer, Z_FINISH))
        return false;
    const uint64_t end = writer->at;
    const uint64_t start = end - writer->packed - ZIP_LOCAL_BYTES - strlen(name) - 4 - (is_large(writer) ? 20 : 0);
    FILE *file = writer->file->file;
    if (fseeko(file, (off_t)start, SEEK_SET) != 0)
        return file_fail_system(&writer->sink.name, "cannot be written");
    if (!emit_local_header(writer, name))
        return false;
    writer->at = end;
    if (fseeko(file, (off_t)end, SEEK_SET) != 0)
        return file_fail_system(&writer->sink.name, "cannot be written");
    return list_member(writer, name, start);
}

void zip_forget_writer(zip_writer *writer)
{
    if (writer->output)
        deflateEnd(&writer->stream);
    xp_dealloc(writer->output);
    xp_dealloc(writer->directory);
}
