/* Zip archives: the directory, members as bytes to read, members to write.
 * Source: PKWARE, APPNOTE.TXT, version 6.3.10: sections 4.3 and 4.5.3.
 * SPDX-License-Identifier: BSD-3-Clause */
#ifndef XP_FILES_ZIP_H
#define XP_FILES_ZIP_H

#include <zlib.h>

#include "files/bytes.h"
#include "files/new_file.h"

enum { /* signatures of records */
    ZIP_LOCAL = 0x04034b50,
    ZIP_CENTRAL = 0x02014b50,
    ZIP_END = 0x06054b50,
    ZIP_END_64 = 0x06064b50,
    ZIP_LOCATOR_64 = 0x07064b50
};

enum { /* bytes of records, without names and extra fields */
    ZIP_LOCAL_BYTES = 30,
    ZIP_CENTRAL_BYTES = 46,
    ZIP_END_BYTES = 22,
    ZIP_END_64_BYTES = 56,
    ZIP_LOCATOR_64_BYTES = 20
};

enum { /* flags and methods of members */
    ZIP_ENCRYPTED = 1,
    ZIP_UTF8 = 0x800,
    ZIP_STORED = 0,
    ZIP_DEFLATED = 8
};

#define ZIP_EXTRA_64 1          /* the extra field with 64-bit sizes */
#define ZIP_FULL_16 0xffffu     /* in place of a number that an extra field or record has */
#define ZIP_FULL_32 0xffffffffu

/* From here on, sizes and offsets are written with 64 bits. Deflated data can be a little longer than the data. */
#define ZIP_LARGE 0xf0000000u

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* A member called *.npy. */
typedef struct zip_entry {
    char *name;            /* without ".npy", in the directory's memory */
    uint16_t flags, method;
    uint32_t crc;
    uint64_t packed, bytes; /* in the file, and what comes out */
    uint64_t offset;        /* of its local header */
} zip_entry;

typedef struct zip_directory {
    char *memory;
    uint64_t start; /* where in the file it begins: all members lie before it */
    zip_entry *entries;
    int count;
} zip_directory;

/* False with an error recorded; there is nothing to forget then. */
bool zip_read_directory(FILE *file, uint64_t bytes, const file_name *name, zip_directory *directory);
void zip_forget_directory(zip_directory *directory);

/* A member that is being read: `source` gives its bytes. */
typedef struct zip_member {
    byte_source source;
    FILE *file;
    const zip_entry *entry;
    uint64_t packed_left;  /* bytes that have not been taken from the file */
    uint32_t crc;          /* of what has come out */
    unsigned char *input;  /* of deflated members; else NULL */
    z_stream stream;
} zip_member;

/* `name` has the member's. False with an error recorded; there is nothing to close then. */
bool zip_open_member(zip_member *member, FILE *file, const file_name *name, const zip_directory *directory,
                     const zip_entry *entry);

/* Reads what is left and checks the whole if `is_good`, closes it in either case. */
bool zip_close_member(zip_member *member, bool is_good);

/* ---- writing ----------------------------------------------------------------------------------------------------- */

typedef struct zip_writer {
    byte_sink sink;        /* for the member that is being written */
    new_file *file;
    bool deflates;
    uint64_t large;        /* sizes from here on need 64 bits: ZIP_LARGE but in tests */
    uint64_t at;           /* bytes in the file so far */
    unsigned char *directory; /* central records so far */
    size_t directory_bytes, directory_room;
    uint64_t count;
    uint64_t bytes, packed; /* of this member so far */
    uint32_t crc;
    unsigned char *output; /* of deflating; else NULL */
    z_stream stream;
} zip_writer;

/* False with an error recorded; zip_forget_writer is called in any case. */
bool zip_start(zip_writer *writer, new_file *file, bool deflates, uint64_t large);

/* A member is begun with its whole size, written through `sink`, and ended. */
bool zip_begin_member(zip_writer *writer, const char *name, uint64_t bytes);
bool zip_end_member(zip_writer *writer, const char *name);

/* The directory, behind all members. */
bool zip_finish(zip_writer *writer);
void zip_forget_writer(zip_writer *writer);

/* ---- both -------------------------------------------------------------------------------------------------------- */

/* zlib counts with 32 bits. */
#define ZIP_MOST_AT_ONCE ((size_t)1 << 30)

/* zlib's memory comes from where all memory comes from. */
void *zip_allocate(void *context, unsigned count, unsigned size);
void zip_release(void *context, void *memory);

/* The number in so many bytes, the lowest first. */
uint64_t zip_number(const void *at, int bytes);

#endif
