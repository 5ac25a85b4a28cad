/* The cache of compiled programs in memory, with a bound: the one that was used longest ago makes room.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/programs.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "providers/device/kernels/texts.h"
#include "scixp/xp/scope.h"

#define MOST_PROGRAMS 1024
#define ENTRIES 24            /* kernels of a program */

struct device_program {
    uint64_t hash;
    void *handle;             /* the runtime's */
    int users;                /* calls that are about to launch one of its kernels */
    uint64_t used;            /* by the clock of the cache */
    struct {
        char name[48];
        void *kernel;
    } entries[ENTRIES];
    int n_entries;
    size_t name_bytes, key_bytes;
    char key[];               /* the source's name, its end, its key */
};

bool device_programs_open(device_state *state)
{
    return pthread_mutex_init(&state->programs.lock, NULL) == 0;
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* FNV-1a. */
static uint64_t hash_of(const device_source *source)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *c = source->name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    for (size_t i = 0; i < source->key_bytes; i++)
        hash = (hash ^ ((const unsigned char *)source->key)[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

static bool is_of(const device_program *program, const device_source *source, uint64_t hash)
{
    return program->hash == hash && program->key_bytes == source->key_bytes &&
           strcmp(program->key, source->name) == 0 &&
           memcmp(program->key + program->name_bytes, source->key, source->key_bytes) == 0;
}

/* Where the program is, or the free place where it would go. `room` is a power of two and never full. */
static int place_of(const device_programs *programs, const device_source *source, uint64_t hash)
{
    int at = (int)(hash & (uint64_t)(programs->room - 1));
    while (programs->slots[at] && !is_of(programs->slots[at], source, hash))
        at = (at + 1) & (programs->room - 1);
    return at;
}

static void put(device_programs *programs, device_program *program)
{
    int at = (int)(program->hash & (uint64_t)(programs->room - 1));
    while (programs->slots[at])
        at = (at + 1) & (programs->room - 1);
    programs->slots[at] = program;
}

/* Takes out the program that was used longest ago and is not in use; those behind it move up. */
static void evict(device_state *state)
{
    device_programs *programs = &state->programs;
    int oldest = -1;
    for (int i = 0; i < programs->room; i++) {
        const device_program *program = programs->slots[i];
        if (program && program->users == 0 && (oldest < 0 || program->used < programs->slots[oldest]->used))
            oldest = i;
    }
    if (oldest < 0)
        return;
    state->runtime->unload(programs->slots[oldest]->handle);
    xp_dealloc(programs->slots[oldest]);
    programs->slots[oldest] = NULL;
    programs->count--;
    for (int at = (oldest + 1) & (programs->room - 1); programs->slots[at]; at = (at + 1) & (programs->room - 1)) {
        device_program *moved = programs->slots[at];
        programs->slots[at] = NULL;
        put(programs, moved);
    }
}

static bool make_room(device_state *state)
{
    device_programs *programs = &state->programs;
    if (programs->room == 0) {
        programs->slots = xp_alloc_zeroed(2 * MOST_PROGRAMS, sizeof(device_program *));
        programs->room = programs->slots ? 2 * MOST_PROGRAMS : 0;
    }
    if (programs->count >= MOST_PROGRAMS)
        evict(state);
    return programs->count < programs->room / 2 + MOST_PROGRAMS / 2; /* more only while all are in use */
}

/* ---- making programs --------------------------------------------------------------------------------------------- */

/* The compiler's words, and the text that it was given: the error itself has room for a line only. */
static char *complaint_of(const struct xp_device *device, const char *name, const char *text, const char *log)
{
    xp_builder words = {0};
    xp_builder_addf(&words, "%s: a program (%s) does not compile:\n%s\n%s", device->name, name, log ? log : "", text);
    return xp_builder_take(&words);
}

static xp_status compile(const struct xp_device *device, const device_source *source, const char *text, void **handle,
                         char **complaint)
{
    device_state *state = device_state_of(device);
    runtime_blob blob = {NULL, 0};
    if (device_disk_read(state, text, &blob)) {
        runtime_status status = state->runtime->load(state->number, &blob, handle);
        free(blob.data);
        if (status == RUNTIME_OK) {
            state->programs.loaded++;
            return XP_OK;
        }
        blob = (runtime_blob){NULL, 0};
    }
    char *log = NULL;
    runtime_status status = state->runtime->compile(state->number, text, handle, &blob, &log);
    if (status == RUNTIME_OK) {
        state->programs.compiled++;
        if (blob.data)
            device_disk_write(state, text, &blob);
    } else if (status == RUNTIME_NOT_COMPILED) {
        *complaint = complaint_of(device, source->name, text, log);
    }
    free(blob.data);
    free(log);
    return device_status(device, status, source->name);
}

/* A program that is not in the table yet. */
static xp_status make(const struct xp_device *device, const device_source *source, uint64_t hash,
                      device_program **program, char **complaint)
{
    device_state *state = device_state_of(device);
    size_t name_bytes = strlen(source->name) + 1;
    device_program *made = xp_alloc_zeroed(1, sizeof *made + name_bytes + source->key_bytes);
    xp_builder builder = {0};
    source->write(&builder, device, source->context);
    char *text = xp_builder_take(&builder);
    xp_status status = XP_OK;
    if (!made || !text || !make_room(state))
        status = xp_driver_error(XP_ERROR_MEMORY, "out of memory for a program of %s", device->name);
    if (status == XP_OK)
        status = compile(device, source, text, &made->handle, complaint);
    xp_dealloc(text);
    if (status != XP_OK) {
        xp_dealloc(made);
        return status;
    }
    made->hash = hash;
    made->name_bytes = name_bytes;
    made->key_bytes = source->key_bytes;
    memcpy(made->key, source->name, name_bytes);
    memcpy(made->key + name_bytes, source->key, source->key_bytes);
    put(&state->programs, made);
    state->programs.count++;
    *program = made;
    return XP_OK;
}

static xp_status entry_of(const struct xp_device *device, device_program *program, const char *entry, void **kernel)
{
    for (int i = 0; i < program->n_entries; i++)
        if (strcmp(program->entries[i].name, entry) == 0) {
            *kernel = program->entries[i].kernel;
            return XP_OK;
        }
    if (program->n_entries == ENTRIES || strlen(entry) >= sizeof program->entries[0].name)
        return xp_driver_error(XP_ERROR_UNSUPPORTED, "%s: too many entries in a program: %s", device->name, entry);
    runtime_status status = device_state_of(device)->runtime->kernel(program->handle, entry, kernel);
    if (status != RUNTIME_OK)
        return device_status(device, status, entry);
    strcpy(program->entries[program->n_entries].name, entry);
    program->entries[program->n_entries++].kernel = *kernel;
    return XP_OK;
}

xp_status device_kernel_find(const struct xp_device *device, const device_source *source, const char *entry,
                             device_kernel *kernel)
{
    device_programs *programs = &device_state_of(device)->programs;
    uint64_t hash = hash_of(source);
    xp_status status = XP_OK;
    char *complaint = NULL;
    pthread_mutex_lock(&programs->lock);
    device_program *program = programs->room ? programs->slots[place_of(programs, source, hash)] : NULL;
    if (!program)
        status = make(device, source, hash, &program, &complaint);
    if (status == XP_OK)
        status = entry_of(device, program, entry, &kernel->handle);
    if (status == XP_OK) {
        program->users++;
        program->used = ++programs->clock;
        kernel->program = program;
    }
    pthread_mutex_unlock(&programs->lock);
    if (complaint) /* not under the lock: who hears it may use the device */
        xp_warn_as(XP_WARNING_DEVICE, complaint);
    xp_dealloc(complaint);
    return status;
}

void device_kernel_done(const struct xp_device *device, device_kernel *kernel)
{
    device_programs *programs = &device_state_of(device)->programs;
    pthread_mutex_lock(&programs->lock);
    kernel->program->users--;
    pthread_mutex_unlock(&programs->lock);
}

/* ---- texts of kernels/ ------------------------------------------------------------------------------------------- */

void device_write_words(xp_builder *text, const struct xp_device *device)
{
    xp_builder_addf(text, "#define XP_ITEMS %d\n", device_state_of(device)->group_items);
    xp_builder_add(text, device_words);
}

static void write_text(xp_builder *builder, const struct xp_device *device, const void *context)
{
    const device_text *text = context;
    device_write_words(builder, device);
    xp_builder_add(builder, text->definitions);
    xp_builder_add(builder, text->text);
}

device_source device_source_of(const char *name, const device_text *text)
{
    return (device_source){.name = name,
                           .key = text->definitions,
                           .key_bytes = strlen(text->definitions),
                           .write = write_text,
                           .context = text};
}
