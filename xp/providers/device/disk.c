/* Compiled programs on disk: a file for each, found by a hash of its text, the device and the compiler.
 *
 * A file is written beside its place and moved there, so that other processes see it whole or not at all. Its name is
 * a hash of 128 bits; a damaged file fails its checksum and is compiled anew. Where nothing can be written, nothing
 * is kept, and nobody is told: it only takes longer.
 * SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/version.h" /* made when the build is configured */
#include "providers/device/programs.h"

#define MOST_BYTES (INT64_C(256) << 20) /* of all files together; the oldest are removed beyond it */
#define SWEEP_EVERY 64                  /* writes of a process */

typedef struct file_head {
    char magic[8];
    uint64_t bytes, checksum; /* of what follows */
} file_head;
static const char magic[8] = {'S', 'C', 'I', 'X', 'P', 'K', '0', '1'};

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* FNV-1a from a start of the caller's: two starts make two hashes. The end of each text counts, too. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    while (*text++);
    return hash;
}

static uint64_t hash_bytes(const void *data, size_t bytes)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ ((const unsigned char *)data)[i]) * UINT64_C(1099511628211);
    return hash;
}

char *device_disk_folder(void)
{
    xp_builder folder = {0};
    const char *own = getenv("SCIXP_CACHE"), *general = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (own && strcmp(own, "off") == 0)
        return NULL;
    if (own && *own)
        xp_builder_add(&folder, own);
    else if (general && *general)
        xp_builder_addf(&folder, "%s/scixp", general);
    else if (home && *home)
        xp_builder_addf(&folder, "%s/.cache/scixp", home);
    else
        return NULL;
    return xp_builder_take(&folder);
}

/* The path of a program's file, or NULL. */
static char *path_of(const device_state *state, const char *text)
{
    char *folder = device_disk_folder();
    if (!folder)
        return NULL;
    uint64_t halves[2] = {UINT64_C(14695981039346656037), UINT64_C(0x9e3779b97f4a7c15)};
    const char *const parts[] = {SCIXP_VERSION, state->runtime->name, state->about.name, state->about.version, text};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        for (int half = 0; half < 2; half++)
            halves[half] = hash_text(halves[half], parts[i]);
    xp_builder path = {0};
    xp_builder_addf(&path, "%s/%016" PRIx64 "%016" PRIx64 ".kernel", folder, halves[0], halves[1]);
    xp_dealloc(folder);
    return xp_builder_take(&path);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static bool read_file(FILE *file, runtime_blob *blob)
{
    file_head head;
    struct stat about;
    if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.magic, magic, sizeof magic) != 0 || head.bytes == 0 ||
        fstat(fileno(file), &about) != 0 || (uint64_t)about.st_size != sizeof head + head.bytes)
        return false;
    void *data = malloc((size_t)head.bytes); /* as a runtime makes it */
    if (data && fread(data, (size_t)head.bytes, 1, file) == 1 &&
        hash_bytes(data, (size_t)head.bytes) == head.checksum) {
        *blob = (runtime_blob){data, (size_t)head.bytes};
        return true;
    }
    free(data);
    return false;
}

bool device_disk_read(const device_state *state, const char *text, runtime_blob *blob)
{
    char *path = path_of(state, text);
    FILE *file = path ? fopen(path, "rb") : NULL;
    bool found = file && read_file(file, blob);
    if (file)
        fclose(file);
    xp_dealloc(path);
    return found;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* Makes a folder and those above it. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static bool write_file(const char *path, const runtime_blob *blob)
{
    file_head head = {.bytes = blob->bytes, .checksum = hash_bytes(blob->data, blob->bytes)};
    memcpy(head.magic, magic, sizeof magic);
    FILE *file = fopen(path, "wbx");
    if (!file)
        return false;
    bool written = fwrite(&head, sizeof head, 1, file) == 1 && fwrite(blob->data, blob->bytes, 1, file) == 1;
    return fclose(file) == 0 && written;
}

/* The oldest file of the folder, and the bytes of all. */
static int64_t measure(const char *folder, xp_builder *oldest)
{
    DIR *files = opendir(folder);
    int64_t bytes = 0;
    time_t first = 0;
    for (struct dirent *entry; files && (entry = readdir(files)) != NULL;) {
        struct stat about;
        xp_builder path = {0};
        xp_builder_addf(&path, "%s/%s", folder, entry->d_name);
        char *name = xp_builder_take(&path);
        if (name && stat(name, &about) == 0 && S_ISREG(about.st_mode)) {
            bytes += about.st_size;
            if (oldest->length == 0 || about.st_mtime < first) {
                first = about.st_mtime;
                xp_builder_drop(oldest);
                xp_builder_add(oldest, name);
            }
        }
        xp_dealloc(name);
    }
    if (files)
        closedir(files);
    return bytes;
}

static void sweep(void)
{
    char *folder = device_disk_folder();
    for (int round = 0; folder && round < SWEEP_EVERY; round++) {
        xp_builder oldest = {0};
        int64_t bytes = measure(folder, &oldest);
        char *path = xp_builder_take(&oldest);
        if (path && bytes > MOST_BYTES)
            unlink(path);
        xp_dealloc(path);
        if (bytes <= MOST_BYTES)
            break;
    }
    xp_dealloc(folder);
}

void device_disk_write(const device_state *state, const char *text, const runtime_blob *blob)
{
    static _Atomic int writes;
    char *path = path_of(state, text);
    xp_builder beside = {0};
    xp_builder_addf(&beside, "%s.%ld.%d", path ? path : "", (long)getpid(), atomic_load(&writes));
    char *temporary = xp_builder_take(&beside);
    if (path && temporary) {
        if (!write_file(temporary, blob)) {
            make_folders(path);
            if (!write_file(temporary, blob)) {
                xp_dealloc(path);
                path = NULL; /* a home that cannot be written to */
            }
        }
        if (!path || rename(temporary, path) != 0)
            unlink(temporary);
    }
    xp_dealloc(path);
    xp_dealloc(temporary);
    if (atomic_fetch_add(&writes, 1) % SWEEP_EVERY == 0)
        sweep();
}
