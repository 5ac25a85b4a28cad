/* Memory of the strict devices: pages without access rights, opened while a slot of the driver runs.
 * SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* MAP_ANONYMOUS */

#include "providers/strict/strict.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/alloc.h"

/* One mapping holds: a page for this head, the data's pages, and one that is never opened. The data ends as close to
 * that last page as the alignment allows, so that a loop that runs past the end dies there. */
typedef struct strict_block {
    uint64_t mark; /* BLOCK_MARK, or RELEASED_MARK where it is kept */
    struct strict_block *next, *previous;
    const struct xp_device *device;
    char *pages;   /* the first of the data's */
    size_t length; /* of the data's pages, in bytes */
    size_t mapped; /* head and guard included */
    char *data;
    size_t bytes;
    int readers, writers; /* slots that run on it now */
} strict_block;

#define BLOCK_MARK UINT64_C(0x5354524943543031)
#define RELEASED_MARK UINT64_C(0)

/* The widest element: no more alignment than that, so that loops meet addresses that are no multiple of a vector. */
#define ALIGNMENT 16

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the lists and all counts */
static strict_block *blocks;

/* Blocks of a few pages that were released are used again, the oldest first, since mapping takes long. But many are
 * held back: who touches an array after its release is to die of it. Of 4 KB pages all that are kept have 28 MB. */
#define KEPT_PAGES 4
#define HELD_BACK 256
#define MOST_KEPT (2 * HELD_BACK)

static struct {
    strict_block *oldest, *newest;
    int count;
} kept[KEPT_PAGES]; /* by pages of data */

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t round_up(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

static strict_block *block_of(void *handle, size_t page)
{
    return (strict_block *)((uintptr_t)handle / page * page - page);
}

/* Pages without rights but for the head; NULL where there are none. */
static strict_block *map_block(size_t length, size_t page)
{
    size_t mapped = length + 2 * page;
    char *base = mmap(NULL, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    if (mprotect(base, page, PROT_READ | PROT_WRITE) != 0) {
        munmap(base, mapped);
        return NULL;
    }
#if defined(MADV_DONTDUMP) /* another flag keeps areas apart: splitting and joining them at every call takes long */
    madvise(base + page, length, MADV_DONTDUMP);
#endif
    strict_block *block = (strict_block *)base;
    *block = (strict_block){.pages = base + page, .length = length, .mapped = mapped};
    return block;
}

static strict_block *oldest_kept(size_t pages)
{
    strict_block *block = kept[pages - 1].oldest;
    kept[pages - 1].oldest = block->next;
    kept[pages - 1].count--;
    return block;
}

/* A released block, unless too few of its size are held back. */
static strict_block *take_kept(size_t pages)
{
    if (pages > KEPT_PAGES)
        return NULL;
    pthread_mutex_lock(&mutex);
    strict_block *block = kept[pages - 1].count > HELD_BACK ? oldest_kept(pages) : NULL;
    pthread_mutex_unlock(&mutex);
    return block;
}

/* Keeps a block; returns one that is to be unmapped instead, or NULL. The mutex is held. */
static strict_block *keep(strict_block *block, size_t pages)
{
    if (pages > KEPT_PAGES)
        return block;
    strict_block *out = kept[pages - 1].count == MOST_KEPT ? oldest_kept(pages) : NULL;
    block->mark = RELEASED_MARK;
    block->next = NULL;
    if (kept[pages - 1].count++ == 0)
        kept[pages - 1].oldest = block;
    else
        kept[pages - 1].newest->next = block;
    kept[pages - 1].newest = block;
    return out;
}

xp_status strict_allocate(const struct xp_device *device, size_t bytes, xp_memory *memory)
{
    *memory = (xp_memory){0};
    if (bytes == 0)
        return XP_OK;
    size_t page = page_bytes();
    if (xp_fault() || bytes > SIZE_MAX / 2 - 4 * page || xp_exceeds_memory(bytes))
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s: %zu bytes", device->name, bytes);
    size_t length = round_up(bytes, page);
    strict_block *block = take_kept(length / page);
    if (!block)
        block = map_block(length, page);
    if (!block)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory on %s: %zu bytes", device->name, bytes);
    block->mark = BLOCK_MARK;
    block->device = device;
    block->data = block->pages + length - round_up(bytes, ALIGNMENT);
    block->bytes = bytes;
    block->previous = NULL;
    pthread_mutex_lock(&mutex);
    block->next = blocks;
    if (blocks)
        blocks->previous = block;
    blocks = block;
    pthread_mutex_unlock(&mutex);
    memory->handle = block->data;
    return XP_OK;
}

/* Released twice, or while a slot runs on it: dies at the block's first byte, as whoever touches it does. */
static void die_of(const strict_block *block)
{
    mprotect(block->pages, block->length, PROT_NONE);
    *(volatile char *)block->pages = 0;
}

void strict_release(const struct xp_device *device, xp_memory memory, size_t bytes)
{
    (void)device, (void)bytes;
    if (!memory.handle)
        return;
    const size_t page = page_bytes();
    strict_block *block = block_of(memory.handle, page);
    pthread_mutex_lock(&mutex);
    if (block->mark != BLOCK_MARK || block->readers > 0 || block->writers > 0) {
        pthread_mutex_unlock(&mutex);
        die_of(block);
        return;
    }
    *(block->previous ? &block->previous->next : &blocks) = block->next;
    if (block->next)
        block->next->previous = block->previous;
    strict_block *out = keep(block, block->length / page);
    pthread_mutex_unlock(&mutex);
    if (out)
        munmap(out, out->mapped);
}

/* Sets the rights that the counts ask for; the mutex is held. */
static bool protect(const strict_block *block)
{
    int rights = block->writers ? PROT_READ | PROT_WRITE : block->readers ? PROT_READ : PROT_NONE;
    return mprotect(block->pages, block->length, rights) == 0;
}

xp_status strict_open(const struct xp_device *device, strict_opened *opened, const xp_buffer *buffer, bool writable)
{
    if (!buffer || !buffer->memory.handle)
        return XP_OK;
    strict_block *block = block_of(buffer->memory.handle, page_bytes());
    if (block->mark != BLOCK_MARK || block->data != (char *)buffer->memory.handle)
        return xp_driver_error(XP_ERROR_DEVICE, "a buffer given to %s is not in its memory", device->name);
    if (block->device != device)
        return xp_driver_error(XP_ERROR_DEVICE, "a buffer of %s was given to %s", block->device->name, device->name);
    pthread_mutex_lock(&mutex);
    *(writable ? &block->writers : &block->readers) += 1;
    bool done = protect(block);
    if (!done)
        *(writable ? &block->writers : &block->readers) -= 1;
    pthread_mutex_unlock(&mutex);
    if (!done)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory mappings on %s", device->name);
    opened->handles[opened->count] = buffer->memory.handle;
    opened->writable[opened->count] = writable;
    opened->count += 1;
    return XP_OK;
}

void strict_close(strict_opened *opened)
{
    size_t page = page_bytes();
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < opened->count; i++) {
        strict_block *block = block_of(opened->handles[i], page);
        *(opened->writable[i] ? &block->writers : &block->readers) -= 1;
        protect(block);
    }
    pthread_mutex_unlock(&mutex);
    opened->count = 0;
}

/* Describes the address if it is in one of the blocks from this one on. */
static bool explain_in(const strict_block *block, const char *at, char *text, size_t bytes)
{
    for (; block; block = block->next) {
        if (at < block->pages || at >= (const char *)block + block->mapped)
            continue;
        const ptrdiff_t behind = at - (block->data + block->bytes);
        if (block->mark != BLOCK_MARK)
            snprintf(text, bytes, "byte %td of an array of %zu bytes on %s, which was released", at - block->data,
                     block->bytes, block->device->name);
        else if (behind >= 0)
            snprintf(text, bytes, "%td bytes past the end of an array of %zu bytes on %s", behind, block->bytes,
                     block->device->name);
        else
            snprintf(text, bytes, "byte %td of an array of %zu bytes on %s, which only its driver may %s",
                     at - block->data, block->bytes, block->device->name, block->readers ? "write" : "touch");
        return true;
    }
    return false;
}

bool strict_explain(const void *address, char *text, size_t bytes)
{
    bool found = explain_in(blocks, address, text, bytes);
    for (int i = 0; i < KEPT_PAGES && !found; i++)
        found = explain_in(kept[i].oldest, address, text, bytes);
    return found;
}
