/* Queues: one for each thread and device, and the order of what touches the same memory.
 *
 * A queue does its work in the order in which it was enqueued. A block of memory notes which queues read and wrote it
 * since it was last written; work of another queue that would come too early makes its queue wait for those, on the
 * device: the thread goes on. No fence is made for work that only one thread's queue sees.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/device.h"

#include "core/alloc.h"
#include "core/registry.h"

/* The queues that a thread has, by device. */
typedef struct thread_queues {
    const struct xp_device *devices[XP_DEVICE_SLOTS];
    int numbers[XP_DEVICE_SLOTS];
    int count;
} thread_queues;

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static _Thread_local thread_queues *here;

/* The thread has ended: its queues are free for others. What it left on them stays in order. */
static void forget_thread(void *memory)
{
    thread_queues *queues = memory;
    for (int i = 0; i < queues->count; i++) {
        device_state *state = device_state_of(queues->devices[i]);
        pthread_mutex_lock(&state->lock);
        state->queues[queues->numbers[i]].threads--;
        pthread_mutex_unlock(&state->lock);
    }
    xp_dealloc(queues);
    here = NULL;
}

static void make_key(void)
{
    pthread_key_create(&key, forget_thread);
}

static thread_queues *queues_of_thread(void)
{
    if (here)
        return here;
    pthread_once(&key_once, make_key);
    thread_queues *queues = xp_alloc_zeroed(1, sizeof *queues);
    if (queues && pthread_setspecific(key, queues) != 0) {
        xp_dealloc(queues);
        queues = NULL;
    }
    return here = queues;
}

/* A queue that no thread uses; else a new one; else the one with the fewest. */
static int choose_locked(const device_state *state)
{
    int least = 0;
    for (int i = 0; i < state->n_queues; i++)
        if (state->queues[i].threads < state->queues[least].threads)
            least = i;
    bool is_new = state->n_queues < DEVICE_QUEUES && (state->n_queues == 0 || state->queues[least].threads > 0);
    return is_new ? state->n_queues : least;
}

static int open_queue(const struct xp_device *device, thread_queues *queues)
{
    device_state *state = device_state_of(device);
    runtime_status status = RUNTIME_OK;
    pthread_mutex_lock(&state->lock);
    int number = choose_locked(state);
    device_queue *queue = &state->queues[number];
    if (!queue->handle)
        status = state->runtime->queue_open(state->number, NULL, &queue->handle);
    if (status == RUNTIME_OK) {
        queue->threads++;
        if (number == state->n_queues)
            state->n_queues++;
    }
    pthread_mutex_unlock(&state->lock);
    if (status != RUNTIME_OK) {
        device_status(device, status, "a queue");
        return -1;
    }
    queues->devices[queues->count] = device;
    queues->numbers[queues->count++] = number;
    return number;
}

int device_queue_here(const struct xp_device *device)
{
    thread_queues *queues = queues_of_thread();
    if (!queues) {
        xp_driver_error(XP_ERROR_MEMORY, "out of memory");
        return -1;
    }
    for (int i = 0; i < queues->count; i++)
        if (queues->devices[i] == device)
            return queues->numbers[i];
    return open_queue(device, queues);
}

/* Makes `queue` wait for what is on the others in `mask`, unless it has done so already. */
static runtime_status wait_for_locked(device_state *state, int queue, uint32_t mask)
{
    device_queue *own = &state->queues[queue];
    for (int other = 0; other < state->n_queues; other++) {
        device_queue *before = &state->queues[other];
        if (!(mask >> other & 1) || own->seen[other] == before->work)
            continue;
        runtime_status status = state->runtime->follow(own->handle, before->handle);
        if (status != RUNTIME_OK)
            return status;
        own->seen[other] = before->work;
    }
    return RUNTIME_OK;
}

runtime_status device_order(device_state *state, int queue, device_block *block, bool writes)
{
    uint32_t bit = (uint32_t)1 << queue;
    pthread_mutex_lock(&state->lock);
    uint32_t others = (writes ? block->readers | block->writers : block->writers) & ~bit;
    runtime_status status = others ? wait_for_locked(state, queue, others) : RUNTIME_OK;
    if (status == RUNTIME_OK && writes) {
        block->writers = bit;
        block->readers = 0;
    } else if (status == RUNTIME_OK) {
        block->readers |= bit;
    }
    pthread_mutex_unlock(&state->lock);
    return status;
}

void device_enqueued(device_state *state, int queue)
{
    pthread_mutex_lock(&state->lock);
    state->queues[queue].work++;
    pthread_mutex_unlock(&state->lock);
}
